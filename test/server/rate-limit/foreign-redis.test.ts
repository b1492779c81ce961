import type { TestRedis } from "@test/support/redis";
import { command, moveSlot, redisWith, startRedisCluster } from "@test/support/redis-cluster";
import { describe, expect, onTestFinished, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "@/contracts/durations";
import type { RatePolicy } from "@/server/rate-limit";
import { connectRedis } from "@/server/rate-limit/redis-connection";
import { createUpstashLimiter } from "@/server/rate-limit/upstash-limiter";
import { DATE } from "./fixtures";

const POLICIES: RatePolicy[] = [
  { name: "minute", limit: 2, windowMs: MINUTE_MS },
  { name: "day", limit: 100, windowMs: DAY_MS },
];

const DAY: RatePolicy[] = [{ name: "day", limit: 10, windowMs: DAY_MS }];

/** Enough for each of three nodes to hold some. */
const SUBJECTS = Array.from({ length: 12 }, (_, at) => `key:${at}`);

function limiterOn(redis: TestRedis) {
  const limiter = createUpstashLimiter(connectRedis(redis.url), DATE);
  onTestFinished(() => limiter.close());
  return limiter;
}

describe("On somebody else's Redis", { tags: "redis-server" }, () => {
  test("a cluster takes the counters of a subject in one command: they are in one slot", async () => {
    const redis = await redisWith({ "cluster-enabled": "yes" });
    await command(redis, "CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    await expect
      .poll(() => command(redis, "CLUSTER", "INFO"), { timeout: 15_000 })
      .toContain("cluster_state:ok");
    const limiter = limiterOn(redis);
    const decisions = [];
    for (let call = 0; call < 3; call += 1) decisions.push(await limiter.consume("key:one", POLICIES));
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, false]);
    expect(await limiter.peek("key:one", POLICIES)).toMatchObject({ allowed: false });
    await limiter.ping();
  });

  test("a cluster of three nodes is found by any of them; limits are exact, also after a slot has moved", async () => {
    const nodes = await startRedisCluster();
    // Two processes, by different nodes.
    const limiters = [limiterOn(nodes[0]), limiterOn(nodes[1])] as const;
    // The first that are told to ask elsewhere open the cluster; what is under way then may fail.
    for (const limiter of limiters) for (const subject of SUBJECTS) await limiter.peek(subject, DAY);
    const admitted = async (subject: string) => {
      const asked = Array.from({ length: 40 }, (_, call) => limiters[call % 2 ? 1 : 0].consume(subject, DAY));
      return (await Promise.all(asked)).filter(({ allowed }) => allowed).length;
    };
    expect(await Promise.all(SUBJECTS.map(admitted))).toEqual(SUBJECTS.map(() => 10));
    for (const limiter of limiters) await limiter.ping();
    expect(await moveSlot(nodes, "key:0")).toHaveLength(1);
    expect(await admitted("key:0")).toBe(0);
  }, 120_000);

  test("one that evicts is told by readiness, with the setting to change; one that has room for ever is not", async () => {
    const evicting = await redisWith({ maxmemory: "50mb", "maxmemory-policy": "allkeys-lru" });
    await expect(limiterOn(evicting).ping()).rejects.toThrow("maxmemory-policy noeviction");
    const roomy = await redisWith({ maxmemory: "0", "maxmemory-policy": "allkeys-lru" });
    await limiterOn(roomy).ping();
  });

  test("one that is full, or is a replica, fails readiness and every decision: nothing passes uncounted", async () => {
    const full = await redisWith({ maxmemory: "1", "maxmemory-policy": "noeviction" });
    await expect(limiterOn(full).ping()).rejects.toThrow(/OOM/);
    await expect(limiterOn(full).consume("key:one", POLICIES)).rejects.toThrow(/OOM/);
    const replica = await redisWith({ replicaof: "127.0.0.1 1", "replica-serve-stale-data": "yes" });
    await expect(limiterOn(replica).ping()).rejects.toThrow(/READONLY/);
    await expect(limiterOn(replica).consume("key:one", POLICIES)).rejects.toThrow(/READONLY/);
  });
});
