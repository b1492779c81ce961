import { writeFileSync } from "node:fs";
import path from "node:path";
import { makeCertificates } from "@test/support/certificates";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { command, startReplicatedCluster } from "@test/support/redis-cluster";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { answersFromNow, back, isServed, readiness } from "./back";
import { expectOneRowEach } from "./log";
import { type Told, Traffic } from "./traffic";

/** Calls a day of a key that reaches its limit. */
const LIMIT = 20;
/** Of which the master that goes has the counters of some. */
const KEYS = 6;
/** Within which every call has its answer, whatever becomes of its counters. In milliseconds. */
const ANSWER_MS = 2_000;
/** Within which another node has the slots of one that went, and is found: the cluster's own time-out is two seconds of it. */
const FAILOVER_MS = 30_000;

const shared = (one: Told) => isServed(one) && one.shared;

describe("While a master of a Redis Cluster with TLS dies", { tags: ["redis-server"] }, () => {
  let cluster: Awaited<ReturnType<typeof startReplicatedCluster>>;
  let world: MountedFixture;
  let traffic: Traffic;
  let steadyId: string;
  const told: Told[] = [];

  beforeAll(async () => {
    const { authorityFile, certificate, key } = makeCertificates();
    const file = (name: string, content: string) => {
      const at = path.join(path.dirname(authorityFile), name);
      writeFileSync(at, content);
      return at;
    };
    const [certificateFile, keyFile] = [file("redis.crt", certificate), file("redis.key", key)];
    cluster = await startReplicatedCluster({ authorityFile, certificateFile, keyFile });
    world = await createMountedFixture("main.ts", {
      REDIS_URL: cluster.masters[0]?.url ?? "",
      NODE_EXTRA_CA_CERTS: authorityFile,
      MAX_CALLS_IN_FLIGHT_PER_KEY: "100",
    });
    const steady = await world.fixture.key({ rateLimits: { day: 1_000_000 } });
    steadyId = steady.key.id;
    const asks = [{ method: "GET", path: "/staging/key", key: steady.secret } as const];
    traffic = new Traffic(world.mount, asks, { callers: 8, perSecond: 100 });
  });
  afterAll(async () => {
    await traffic?.stop();
    await world?.close();
    await cluster?.stop();
  });

  const newKeys = async () => {
    const keys = Array.from({ length: KEYS }, () => world.fixture.key({ rateLimits: { day: LIMIT } }));
    return (await Promise.all(keys)).map(({ secret }) => secret);
  };

  /**
   * Twice as many calls of a key as its limit lets pass.
   * @returns how many did; null where the process decided some by itself, as it does where a busy machine holds Redis up
   */
  async function passed(key: string): Promise<number | null> {
    const calls = new Traffic(world.mount, [{ method: "GET", path: "/staging/key", key }], { callers: 4 });
    await answersFromNow(calls, 2 * LIMIT);
    await calls.stop();
    told.push(...calls.told);
    for (const { status } of calls.told) expect([200, 429]).toContain(status);
    return calls.told.every((one) => one.shared) ? calls.told.filter(isServed).length : null;
  }

  /** Demands so many of each. Returns the keys of which all calls were decided by what all processes share. */
  async function expectPassed(keys: readonly string[], count: number): Promise<string[]> {
    const decided: string[] = [];
    for (const key of keys) {
      const served = await passed(key);
      if (served === null) continue;
      expect(served).toBe(count);
      decided.push(key);
    }
    expect(decided.length).toBeGreaterThan(0);
    return decided;
  }

  test("every call has its answer, none is refused for it, and its replica goes on with the counts, exactly", async () => {
    await back(world.mount, traffic, Date.now(), shared);
    const before = await expectPassed(await newKeys(), LIMIT);

    const holders = await Promise.all(
      cluster.masters.map(async (node) => (await command(node, "KEYS", `*${steadyId}*`)) as string[]),
    );
    const victim = cluster.masters[holders.findIndex((counters) => counters.length > 0)];
    if (!victim) throw new Error("No master counts the steady calls");

    const diedAt = Date.now();
    await victim.stop();
    await vi.waitFor(() => expect(traffic.since(diedAt).some((one) => !one.shared)).toBe(true), {
      timeout: FAILOVER_MS,
    });
    const found = async () => {
      const latest = traffic.since(diedAt).slice(-20);
      expect([latest.length, latest.filter((one) => !shared(one))]).toEqual([20, []]);
      expect(await readiness(world.mount)).toMatchObject({ status: 200, limiter: "ok" });
    };
    await vi.waitFor(found, { timeout: FAILOVER_MS, interval: 100 });
    const calls = traffic.since(diedAt);
    expect(calls.filter((one) => !isServed(one))).toEqual([]);
    const longest = Math.max(...calls.map(({ startedAt, endedAt }) => endedAt - startedAt));
    const counted = Math.max(...calls.filter((one) => !one.shared).map(({ endedAt }) => endedAt - diedAt));
    process.stdout.write(`answered within ${longest} ms, counted by all again after ${counted} ms\n`);
    expect(longest).toBeLessThan(ANSWER_MS);

    await expectPassed(before, 0);
    await expectPassed(await newKeys(), LIMIT);
    await traffic.stop();
    await expectOneRowEach(world.fixture, [...traffic.told, ...told]);
  });
});
