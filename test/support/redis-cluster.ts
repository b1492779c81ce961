import { readFileSync } from "node:fs";
import { createClient } from "@redis/client";
import { expect, onTestFinished, vi } from "vitest";
import { type RedisCertificate, startRedis, type TestRedis } from "./redis";

/** The last of its slots, for each of three nodes. */
const LAST_SLOTS = [5_460, 10_922, 16_383];

/** A command to a Redis, on a connection of its own. */
export async function command(redis: TestRedis, ...words: (string | number)[]): Promise<unknown> {
  const { url, authorityFile } = redis;
  const client = createClient({
    url,
    ...(authorityFile && { socket: { tls: true, ca: readFileSync(authorityFile) } }),
  });
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
  await join(nodes, nodes);
  return nodes as [TestRedis, TestRedis, TestRedis];
}

/** Until a node that says nothing is taken for dead, in milliseconds. */
const NODE_TIMEOUT_MS = 2_000;

/**
 * One with TLS, each of whose three masters has a replica. Its nodes are known by name, as managed ones are: the certificate
 * names no address.
 */
export async function startReplicatedCluster(
  tls: RedisCertificate,
): Promise<{ masters: TestRedis[]; stop: () => Promise<unknown> }> {
  const settings = {
    "cluster-enabled": "yes",
    "cluster-node-timeout": String(NODE_TIMEOUT_MS),
    "cluster-announce-hostname": "localhost",
    "cluster-preferred-endpoint-type": "hostname",
    "maxmemory-policy": "noeviction",
  };
  const nodes = await Promise.all(
    Array.from({ length: 2 * LAST_SLOTS.length }, () => startRedis({ settings, tls })),
  );
  const masters = nodes.slice(0, LAST_SLOTS.length);
  await join(nodes, masters);
  for (const [at, master] of masters.entries()) {
    const replica = nodes[LAST_SLOTS.length + at] as TestRedis;
    await command(replica, "CLUSTER", "REPLICATE", String(await command(master, "CLUSTER", "MYID")));
  }
  for (const master of masters) {
    await says(master, ["INFO", "replication"], /slave0:.*state=online/);
  }
  return { masters, stop: () => Promise.all(nodes.map((node) => node.stop())) };
}

/** Waits until a node answers so. */
async function says(node: TestRedis, words: readonly string[], expected: RegExp): Promise<void> {
  const asked = async () => expect(await command(node, ...words)).toMatch(expected);
  await vi.waitFor(asked, { timeout: 30_000, interval: 50 });
}

/** Makes nodes a cluster whose slots some of them share. */
async function join(nodes: readonly TestRedis[], masters: readonly TestRedis[]): Promise<void> {
  for (const [at, master] of masters.entries())
    await command(master, "CLUSTER", "ADDSLOTSRANGE", (LAST_SLOTS[at - 1] ?? -1) + 1, LAST_SLOTS[at] ?? 0);
  const [first, ...others] = nodes as [TestRedis, ...TestRedis[]];
  for (const node of others) await command(first, "CLUSTER", "MEET", "127.0.0.1", node.port);
  for (const node of nodes) {
    await says(node, ["CLUSTER", "INFO"], /cluster_state:ok\s(.*\s)*cluster_slots_ok:16384/);
  }
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
