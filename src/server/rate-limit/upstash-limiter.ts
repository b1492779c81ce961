import { Ratelimit } from "@upstash/ratelimit";
import { checkPolicies, decide, type Reading, shortestFirst } from "./decision";
import type { LimitDecision, Limiter, PolicyState, RatePolicy } from "./limiter";
import type { RedisConnection } from "./redis-connection";
import { type WindowCounts, windowIndex } from "./sliding-window";

/** First part of every key in Redis, so that the Redis may be shared with other things. */
const PREFIX = "keyward";

/** Its counter is there to be written, not to limit anything. */
const PING_POLICY: RatePolicy = { name: "ping", limit: 1, windowMs: 1_000 };

/**
 * The limiter that all processes share: @upstash/ratelimit counts and decides, in Redis, one atomic script per policy.
 *
 * Time is `Date.now()` of the asking process, as the library has it; processes should keep their clocks together.
 * It neither retries nor waits with a limit of its own: wrap it in the resilient limiter.
 * Every method rejects with the connection's error when Redis cannot be asked.
 */
export function createUpstashLimiter({ redis, close }: RedisConnection): Limiter {
  function sharedWindow({ limit, windowMs }: RatePolicy): Ratelimit {
    // Made for each call, which takes a microsecond: kept, there would be one for each limit ever given to a key.
    return new Ratelimit({
      redis,
      limiter: Ratelimit.slidingWindow(limit, `${windowMs} ms`),
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
  async function refusal(subject: string, asked: readonly Asked[]): Promise<LimitDecision> {
    const now = Date.now();
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
      const asked: Asked[] = policies.map((policy) => ({ policy, remaining: 0, resetAt: 0 }));
      for (const one of shortestFirst(asked)) {
        const answer = await sharedWindow(one.policy).limit(counterName(subject, one.policy));
        one.passed = answer.success;
        if (!answer.success) return refusal(subject, asked);
        one.remaining = answer.remaining;
        one.resetAt = answer.reset;
      }
      return { allowed: true, retryAfterMs: 0, policies: asked.map(passedState), degraded: false };
    },
    async peek(subject, policies) {
      checkPolicies(policies);
      const now = Date.now();
      return decide(await read(subject, policies, now), now);
    },
    async ping() {
      // Runs the script that decides. PING alone would also be answered by a replica, or for a token, that may not
      // write, and by a Redis that does not accept the script.
      await sharedWindow(PING_POLICY).limit(counterName(PING_POLICY.name, PING_POLICY));
      await requireNoEviction();
    },
    close,
  };
}

interface Asked {
  policy: RatePolicy;
  remaining: number;
  resetAt: number;
  /** Absent until the policy has been asked. */
  passed?: boolean;
}

function passedState({ policy: { name, limit, windowMs }, remaining, resetAt }: Asked): PolicyState {
  return { name, limit, windowMs, remaining, resetAt, allowed: true };
}

/** The subject as a hash tag: a Redis Cluster refuses commands over keys of several slots, and the tag alone gives the slot. */
function counterName(subject: string, { name, windowMs }: RatePolicy): string {
  return `{${subject}}:${name}:${windowMs}`;
}

function countsFrom(values: readonly (number | null)[], position: number): WindowCounts {
  return { current: Number(values[position] ?? 0), previous: Number(values[position + 1] ?? 0) };
}
