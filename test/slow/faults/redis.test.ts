import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { startRedis, type TestRedis } from "@test/support/redis";
import { command } from "@test/support/redis-cluster";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { answersFromNow, back, isServed, readiness } from "./back";
import { expectOneRowEach } from "./log";
import { type Told, Traffic } from "./traffic";

/** Calls a day of the key that reaches its limit. */
const LIMIT = 30;
/** Within which every call has its answer: Redis has a fifth of a second, once a second. In milliseconds. */
const ANSWER_MS = 2_000;
const CALLERS = 8;

interface Fault {
  name: string;
  /** Returns how to end it. */
  strike(): Promise<() => unknown>;
  /** Whether what was counted before is counted after it. */
  keepsCounts: boolean;
}

describe("While Redis", { tags: ["redis-server"] }, () => {
  let redis: TestRedis;
  let world: MountedFixture;
  let traffic: Traffic;
  const told: Told[] = [];

  beforeAll(async () => {
    redis = await startRedis({ settings: { "maxmemory-policy": "noeviction" } });
    world = await createMountedFixture("main.ts", {
      REDIS_URL: redis.url,
      MAX_CALLS_IN_FLIGHT_PER_KEY: "100",
    });
    const { secret: key } = await world.fixture.key({ rateLimits: { day: 1_000_000 } });
    const asks = [{ method: "GET", path: "/staging/key", key } as const];
    traffic = new Traffic(world.mount, asks, { callers: CALLERS, perSecond: 100 });
  });
  afterAll(async () => {
    await traffic?.stop();
    await world?.close();
    await redis?.stop();
  });

  const faults: Fault[] = [
    {
      name: "is full and evicts nothing",
      strike: async () => {
        await command(redis, "CONFIG", "SET", "maxmemory", "1");
        return () => command(redis, "CONFIG", "SET", "maxmemory", "0");
      },
      keepsCounts: true,
    },
    {
      name: "stands still",
      strike: async () => {
        redis.freeze();
        return () => redis.thaw();
      },
      keepsCounts: true,
    },
    {
      name: "is away, and comes back empty",
      strike: async () => {
        await redis.stop();
        return async () => {
          redis = await startRedis({ port: redis.port, settings: { "maxmemory-policy": "noeviction" } });
        };
      },
      keepsCounts: false,
    },
  ];

  /** Twice as many calls as the limit lets pass. Returns how many did. */
  async function passed(key: string): Promise<number> {
    const calls = new Traffic(world.mount, [{ method: "GET", path: "/staging/key", key }], { callers: 4 });
    await answersFromNow(calls, 2 * LIMIT);
    await calls.stop();
    told.push(...calls.told);
    for (const { status, code, retryAfter } of calls.told) {
      if (status === 429) expect([code, Number(retryAfter) > 0]).toEqual(["rate_limited", true]);
      else expect(status).toBe(200);
    }
    return calls.told.filter(isServed).length;
  }

  test.each(faults.map((fault) => [fault.name, fault] as const))(
    "%s, no call is refused for it, and a limit is kept by each process; then by all again",
    async (_, fault) => {
      const shared = (one: Told) => isServed(one) && one.shared;
      await back(world.mount, traffic, Date.now(), shared);
      const before = await world.fixture.key({ rateLimits: { day: LIMIT } });
      const during = await world.fixture.key({ rateLimits: { day: LIMIT } });
      expect(await passed(before.secret)).toBe(LIMIT);

      const end = await fault.strike();
      let endedAt = Number.NaN;
      try {
        const away = async () =>
          expect(await readiness(world.mount)).toMatchObject({ status: 200, limiter: "unavailable" });
        await vi.waitFor(away, { timeout: 10_000 });
        expect(await passed(during.secret)).toBe(LIMIT);
        const calls = await answersFromNow(traffic, 10 * CALLERS);
        expect(calls.filter((one) => !isServed(one) || one.shared)).toEqual([]);
        const longest = Math.max(...calls.map(({ startedAt, endedAt }) => endedAt - startedAt));
        expect(longest).toBeLessThan(ANSWER_MS);
        process.stdout.write(`${fault.name}: answered within ${longest} ms\n`);
      } finally {
        endedAt = Date.now();
        await end();
      }
      const backMs = await back(world.mount, traffic, endedAt, shared);
      process.stdout.write(`${fault.name}: counted by all again after ${backMs} ms\n`);
      expect(await readiness(world.mount)).toMatchObject({ limiter: "ok" });
      expect(await passed(before.secret)).toBe(fault.keepsCounts ? 0 : LIMIT);
    },
  );

  test("has been through all that, each call that was answered is in the log and in the figures, once", async () => {
    await traffic.stop();
    await expectOneRowEach(world.fixture, [...traffic.told, ...told]);
  });
});
