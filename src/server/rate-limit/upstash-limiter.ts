import type { Clock } from "@/server/core/clock";
import { checkPolicies, decide, type Reading, shortestFirst } from "./decision";
import type { Limiter, RatePolicy } from "./limiter";
import type { RedisConnection } from "./redis-connection";
import { type WindowCounts, windowIndex } from "./sliding-window";
import { windowScript } from "./window-script";

/** First part of every key in Redis, so that the Redis may be shared with other things. */
const PREFIX = "keyward";

/** Its counter is there to be written, not to limit anything. */
const PING_POLICY: RatePolicy = { name: "ping", limit: 1, windowMs: 1_000 };

/**
 * The limiter that all processes share: @upstash/ratelimit counts and decides, in Redis, one atomic script per call.
 *
 * It neither retries nor waits with a limit of its own: wrap it in the resilient limiter.
 * Every method rejects with the connection's error when Redis cannot be asked.
 */
export function createUpstashLimiter({ redis, scriptFlags, close }: RedisConnection, clock: Clock): Limiter {
  const composed = windowScript(scriptFlags);

  async function run(keys: string[], args: number[]): Promise<number[]> {
    const { text, sha1 } = await composed;
    try {
      return await redis.evalsha<number[], number[]>(sha1, keys, args);
    } catch (error) {
      // A Redis that was started anew has forgotten it.
      if (!String(error).includes("NOSCRIPT")) throw error;
      return redis.eval<number[], number[]>(text, keys, args);
    }
  }

  async function consume(subject: string, policies: readonly RatePolicy[], now: number): Promise<Reading[]> {
    const readings: Reading[] = policies.map((policy) => ({ policy, counts: { current: 0, previous: 0 } }));
    if (readings.length === 0) return readings;
    const counted = shortestFirst(readings);
    const answer = await run(
      counted.flatMap(({ policy }) => counterKeys(subject, policy, now)),
      // The present is given: by its own `Date.now()` a process whose clock is ten minutes behind would count in windows
      // of its own, and every key have its limit twice.
      [now, ...counted.flatMap(({ policy: { limit, windowMs } }) => [limit, windowMs])],
    );
    for (const [position, reading] of counted.entries()) {
      const passed = answer[3 * position];
      if (passed !== NOT_ASKED) reading.passed = passed === PASSED;
      reading.counts = countsFrom(answer, 3 * position + 1);
    }
    return readings;
  }

  async function read(subject: string, policies: readonly RatePolicy[], now: number): Promise<Reading[]> {
    if (policies.length === 0) return [];
    const keys = policies.flatMap((policy) => counterKeys(subject, policy, now));
    const values = await redis.mget<(number | null)[]>(...keys);
    return policies.map((policy, position) => ({ policy, counts: countsFrom(values, 2 * position) }));
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
      const now = clock.now().getTime();
      return decide(await consume(subject, policies, now), now);
    },
    async peek(subject, policies) {
      checkPolicies(policies);
      const now = clock.now().getTime();
      return decide(await read(subject, policies, now), now);
    },
    async ping() {
      // Runs the script that decides. PING alone would also be answered by a replica, or for a token, that may not
      // write, and by a Redis that does not accept the script.
      await consume(PING_POLICY.name, [PING_POLICY], clock.now().getTime());
      await requireNoEviction();
    },
    close,
  };
}

/** What the script answers of a policy that let the call pass, and of one after the refusal. */
const PASSED = 1;
const NOT_ASKED = -1;

/**
 * The counters of the current window and of the one before it, named as the library would. The subject is a hash tag: a
 * Redis Cluster refuses commands over keys of several slots, and the tag alone gives the slot.
 */
function counterKeys(subject: string, { name, windowMs }: RatePolicy, now: number): string[] {
  const index = windowIndex(now, windowMs);
  const counter = `${PREFIX}:{${subject}}:${name}:${windowMs}`;
  return [`${counter}:${index}`, `${counter}:${index - 1}`];
}

function countsFrom(values: readonly (number | null)[], position: number): WindowCounts {
  return { current: Number(values[position] ?? 0), previous: Number(values[position + 1] ?? 0) };
}
