import { createClient } from "@redis/client";
import { expect, onTestFinished } from "vitest";
import { startRedis, type TestRedis } from "./redis";

/** The last of its slots, for each of three nodes. */
const LAST_SLOTS = [5_460, 10_922, 16_383];

/** A command to a Redis, on a connection of its own. */
export async function command(redis: TestRedis, ...words: (string | number)[]): Promise<unknown> {
  const client = createClient({ url: redis.url });
  await client.connect();
  try {
    return await client.sendCommand(words.map(String));
  } finally {
    client.destroy();
  }
}

/** A Redis of the test's own. @param settings of redis.conf, by name */
export async function redisWith(settings: Record<string, string>): Promise<TestRedis> {
  const redis = await startRedis({ settings });
  onTestFinished(() => redis.stop());
  return redis;
}

/** A real Redis Cluster of the test's own: three nodes, without replicas. */
export async function startRedisCluster(): Promise<[TestRedis, TestRedis, TestRedis]> {
  const nodes = await Promise.all(LAST_SLOTS.map(() => redisWith({ "cluster-enabled": "yes" })));
  const [first, ...others] = nodes as [TestRedis, TestRedis, TestRedis];
  for (const [at, node] of nodes.entries())
    await command(node, "CLUSTER", "ADDSLOTSRANGE", (LAST_SLOTS[at - 1] ?? -1) + 1, LAST_SLOTS[at] ?? 0);
  for (const node of others) await command(first, "CLUSTER", "MEET", "127.0.0.1", node.port);
  for (const node of nodes) {
    const info = expect.poll(() => command(node, "CLUSTER", "INFO"), { timeout: 30_000 });
    await info.toMatch(/cluster_state:ok\s(.*\s)*cluster_slots_ok:16384/);
  }
  return [first, ...others];
}

/**
 * Moves the slot of a hash tag to another node, with what is in it, as resharding does.
 * @returns the keys that went with it
 */
export async function moveSlot(nodes: readonly TestRedis[], tag: string): Promise<string[]> {
  const slot = Number(await command(nodes[0] as TestRedis, "CLUSTER", "KEYSLOT", `{${tag}}`));
  const holder = LAST_SLOTS.findIndex((last) => slot <= last);
  const from = nodes[holder] as TestRedis;
  const to = nodes[(holder + 1) % nodes.length] as TestRedis;
  const newOwner = String(await command(to, "CLUSTER", "MYID"));
  await command(to, "CLUSTER", "SETSLOT", slot, "IMPORTING", String(await command(from, "CLUSTER", "MYID")));
  await command(from, "CLUSTER", "SETSLOT", slot, "MIGRATING", newOwner);
  const keys = (await command(from, "CLUSTER", "GETKEYSINSLOT", slot, 100)) as string[];
  for (const key of keys) await command(from, "MIGRATE", "127.0.0.1", to.port, key, 0, 5_000);
  for (const node of [to, from]) await command(node, "CLUSTER", "SETSLOT", slot, "NODE", newOwner);
  return keys;
}
