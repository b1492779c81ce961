import { createClient } from "@redis/client";
import { startRedis, type TestRedis } from "@test/support/redis";
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

async function redisWith(settings: Record<string, string>): Promise<TestRedis> {
  const redis = await startRedis({ settings });
  onTestFinished(() => redis.stop());
  return redis;
}

function limiterOn(redis: TestRedis) {
  const limiter = createUpstashLimiter(connectRedis(redis.url), DATE);
  onTestFinished(() => limiter.close());
  return limiter;
}

async function command(redis: TestRedis, ...words: string[]): Promise<unknown> {
  const client = createClient({ url: redis.url });
  await client.connect();
  try {
    return await client.sendCommand(words);
  } finally {
    client.destroy();
  }
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
