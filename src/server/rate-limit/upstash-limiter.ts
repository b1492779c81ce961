import { Ratelimit } from "@upstash/ratelimit";
import type { Clock } from "@/server/core/clock";
import { checkPolicies, decide, type Reading, shortestFirst } from "./decision";
import type { LimitDecision, Limiter, PolicyState, RatePolicy } from "./limiter";
import type { RedisConnection } from "./redis-connection";
import { type WindowCounts, windowEnd, windowIndex } from "./sliding-window";

type SlidingWindow = ReturnType<typeof Ratelimit.slidingWindow>;

/** First part of every key in Redis, so that the Redis may be shared with other things. */
const PREFIX = "keyward";

/** Its counter is there to be written, not to limit anything. */
const PING_POLICY: RatePolicy = { name: "ping", limit: 1, windowMs: 1_000 };

/**
 * The limiter that all processes share: @upstash/ratelimit counts and decides, in Redis, one atomic script per policy.
 *
 * It neither retries nor waits with a limit of its own: wrap it in the resilient limiter.
 * Every method rejects with the connection's error when Redis cannot be asked.
 */
export function createUpstashLimiter({ redis, close }: RedisConnection, clock: Clock): Limiter {
  function sharedWindow(policy: RatePolicy, now: number): Ratelimit {
    // Made for each call, which takes a microsecond: kept, there would be one for each limit ever given to a key.
    return new Ratelimit({
      redis,
      limiter: slidingWindowAt(now, policy),
      prefix: PREFIX,
      // Would go on refusing until the end of the window after an administrator has raised the limit.
      ephemeralCache: false,
      // 0 is off. When the library's own time-out strikes, it lets the call pass and nobody hears of it.
      timeout: 0,
      analytics: false,
      enableTelemetry: false,
    });
  }

  /** The counts behind several policies in one round trip, under the keys that the library gives them. */
  async function read(subject: string, policies: readonly RatePolicy[], now: number): Promise<Reading[]> {
    if (policies.length === 0) return [];
    const keys = policies.flatMap((policy) => {
      const index = windowIndex(now, policy.windowMs);
      const counter = `${PREFIX}:${counterName(subject, policy)}`;
      return [`${counter}:${index}`, `${counter}:${index - 1}`];
    });
    const values = await redis.mget<(number | null)[]>(...keys);
    return policies.map((policy, position) => ({ policy, counts: countsFrom(values, 2 * position) }));
  }

  /** The library says of a refusal only that it is one. The counts tell the rest: when it ends, and what else stands against the call. */
  async function refusal(subject: string, asked: readonly PolicyRequest[]): Promise<LimitDecision> {
    const now = clock.now().getTime();
    const policies = asked.map(({ policy }) => policy);
    const readings = await read(subject, policies, now);
    return decide(
      readings.map((reading, position) => ({ ...reading, passed: asked[position]?.passed })),
      now,
    );
  }

  /** A counter that Redis throws away to make room gives its subject the whole limit again. Only where Redis tells its policy. */
  async function requireNoEviction(): Promise<void> {
    const info = await redis.exec<string>(["INFO", "memory"]).catch(() => "");
    const value = (name: string) => new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1];
    const policy = value("maxmemory_policy") ?? "noeviction";
    if (policy === "noeviction" || value("maxmemory") === "0") return;
    throw new Error(
      `Redis evicts counters (maxmemory-policy ${policy}); give it maxmemory-policy noeviction`,
    );
  }

  return {
    async consume(subject, policies) {
      checkPolicies(policies);
      const asked: PolicyRequest[] = policies.map((policy) => ({ policy, remaining: 0, resetAt: 0 }));
      for (const one of shortestFirst(asked)) {
        const now = clock.now().getTime();
        const answer = await sharedWindow(one.policy, now).limit(counterName(subject, one.policy));
        one.passed = answer.success;
        if (!answer.success) return refusal(subject, asked);
        one.remaining = answer.remaining;
        one.resetAt = windowEnd(now, one.policy.windowMs);
      }
      return { allowed: true, retryAfterMs: 0, policies: asked.map(passedState), degraded: false };
    },
    async peek(subject, policies) {
      checkPolicies(policies);
      const now = clock.now().getTime();
      return decide(await read(subject, policies, now), now);
    },
    async ping() {
      // Runs the script that decides. PING alone would also be answered by a replica, or for a token, that may not
      // write, and by a Redis that does not accept the script.
      const ping = sharedWindow(PING_POLICY, clock.now().getTime());
      await ping.limit(counterName(PING_POLICY.name, PING_POLICY));
      await requireNoEviction();
    },
    close,
  };
}

/**
 * The library's sliding window at an instant that is given to it. Its own is `Date.now()`, which names the counters too: a
 * process whose clock is ten minutes behind would count in windows of its own, and every key have its limit twice.
 */
function slidingWindowAt(now: number, { limit, windowMs }: RatePolicy): SlidingWindow {
  const window = Ratelimit.slidingWindow(limit, `${windowMs} ms`)();
  return () => ({
    ...window,
    limit(context, counter, rate) {
      const { redis } = context;
      const index = windowIndex(now, windowMs);
      const keys = [`${counter}:${index}`, `${counter}:${index - 1}`];
      // Both run the library's script, whose arguments are the limit, the present, the window and the calls to count.
      const atNow = (args: unknown[]) => args.with(1, now);
      const timed: typeof redis = Object.assign(Object.create(redis), {
        evalsha: (script: string, _: string[], args: unknown[]) => redis.evalsha(script, keys, atNow(args)),
        eval: (script: string, _: string[], args: unknown[]) => redis.eval(script, keys, atNow(args)),
      });
      return window.limit({ ...context, redis: timed }, counter, rate);
    },
  });
}

interface PolicyRequest {
  policy: RatePolicy;
  remaining: number;
  resetAt: number;
  /** Absent until the policy has been asked. */
  passed?: boolean;
}

function passedState({ policy: { name, limit, windowMs }, remaining, resetAt }: PolicyRequest): PolicyState {
  return { name, limit, windowMs, remaining, resetAt, allowed: true };
}

/** The subject as a hash tag: a Redis Cluster refuses commands over keys of several slots, and the tag alone gives the slot. */
function counterName(subject: string, { name, windowMs }: RatePolicy): string {
  return `{${subject}}:${name}:${windowMs}`;
}

function countsFrom(values: readonly (number | null)[], position: number): WindowCounts {
  return { current: Number(values[position] ?? 0), previous: Number(values[position + 1] ?? 0) };
}
