import { sqlOf } from "@test/server/services/support";
import { newEmail } from "@test/support/fixture";
import { MEMORY_PROBE, memoryOf } from "@test/support/memory";
import { createMountedFixture, type MountedFixture } from "@test/support/mounted-fixture";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { MIB } from "@/contracts/bounds";
import { MINUTE_MS } from "@/contracts/durations";
import { answersFromNow, isServed } from "./back";
import { expectOneRowEach } from "./log";
import { type Ask, Traffic } from "./traffic";

/** `SOAK_SECONDS=300 npm run test:slow -- test/slow/faults/soak.test.ts` for five minutes. */
const SECONDS = Number(process.env.SOAK_SECONDS ?? 60);
/** By when all is warm, as a share of the time. */
const WARM = 0.4;
const CALLERS = 32;
/** A process has four pools of this size and six connections beside (docs/operations.md). */
const POOL_SIZE = 4;
/** Calls from which the rate at full load is taken. */
const MEASURED_CALLS = 5_000;
/** What a process may keep beyond what it kept once it was warm, in bytes. */
const GROWTH = 8 * MIB;
/** The same of what the system counts as its own, which garbage makes larger. */
const RSS_GROWTH = 48 * MIB;

describe(`A process that serves for ${SECONDS} s at half of what it can`, () => {
  let world: MountedFixture;

  beforeAll(async () => {
    world = await createMountedFixture("main.ts", {
      MAX_CALLS_IN_FLIGHT_PER_KEY: "100",
      DATABASE_POOL_SIZE: String(POOL_SIZE),
      ...MEMORY_PROBE,
    });
  });
  afterAll(() => world?.close());

  const connections = async () => {
    const [row] = await sqlOf(world.fixture)<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name like 'keyward%'`;
    return row?.count ?? Number.NaN;
  };

  test(
    "keeps no more memory, no more connections than its pools have, refuses nobody, and logs each call once",
    async () => {
      const { fixture, mount } = world;
      const keys = await Promise.all(
        Array.from({ length: 20 }, () => fixture.key({ rateLimits: { minute: 1_000_000, day: 1_000_000 } })),
      );
      const asks = keys.flatMap(({ secret: key }): Ask[] => [
        { method: "GET", path: "/staging/key", key },
        { method: "GET", path: "/staging/customers?limit=5", key },
        { method: "GET", path: "/staging/key", key },
        { method: "POST", path: "/staging/customers", key, body: () => ({ email: newEmail() }) },
      ]);
      const full = new Traffic(mount, asks, { callers: CALLERS });
      const start = performance.now();
      const { length } = await answersFromNow(full, MEASURED_CALLS);
      const perSecond = Math.round(length / ((performance.now() - start) / 1_000) / 2);
      await full.stop();

      const traffic = new Traffic(mount, asks, { callers: CALLERS, perSecond });
      const since = performance.now();
      const until = (share: number) =>
        vi.waitFor(() => expect(performance.now() - since).toBeGreaterThan(share * SECONDS * 1_000), {
          timeout: SECONDS * 1_000 + MINUTE_MS,
          interval: 250,
        });
      await until(WARM);
      const warm = await memoryOf(mount);
      await until(1);
      const last = { ...(await memoryOf(mount)), connections: await connections() };
      await traffic.stop();

      const told = [...full.told, ...traffic.told];
      const inMib = (bytes: number) => `${(bytes / MIB).toFixed(1)} MiB`;
      process.stdout.write(
        `${traffic.told.length} calls in ${SECONDS} s, ${perSecond} a second were asked for; kept ${inMib(warm.kept)}, then ` +
          `${inMib(last.kept)}; resident ${inMib(warm.rss)}, then ${inMib(last.rss)}; ${last.connections} connections\n`,
      );
      expect(told.filter((one) => !isServed(one))).toEqual([]);
      expect(last.kept).toBeLessThan(warm.kept + GROWTH);
      expect(last.rss).toBeLessThan(warm.rss + RSS_GROWTH);
      // Of pools that open them when they are needed: one more than when all was warm is none that was lost.
      expect(last.connections).toBeLessThanOrEqual(4 * POOL_SIZE + 6);
      await expectOneRowEach(fixture, told);
    },
    SECONDS * 1_000 + 5 * MINUTE_MS,
  );
});
