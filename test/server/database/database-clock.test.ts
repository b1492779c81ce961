import { createTestDatabase, type TestDatabase } from "@test/support/postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "@/contracts/durations";
import { connectDatabases, type Databases } from "@/server/database/connections";
import { MeasuredClock } from "@/server/database/database-clock";
import { measureClock } from "@/server/services/health";

const TEN_MINUTES_MS = 600_000;

describe("The clock that Postgres' answers correct", () => {
  let database: TestDatabase;
  const opened: Databases[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await Promise.all(opened.map((databases) => databases.end()));
    await database?.drop();
  });

  /** A node whose own clock is off by so much, and what it tells of its skew. */
  function node(offMs: number) {
    const told: (number | null)[] = [];
    const state = { offMs };
    const clock = new MeasuredClock(
      (skewMs) => void told.push(skewMs),
      () => Date.now() + state.offMs,
    );
    const databases = connectDatabases(database.url, { poolSize: 1, pooling: "session", clock });
    opened.push(databases);
    return { clock, told, state, measure: () => measureClock({ databases }) };
  }

  test.each([-TEN_MINUTES_MS, TEN_MINUTES_MS, 0])(
    "shows Postgres' time on a node that is off by %i ms, from the first answer on",
    async (offMs) => {
      const { clock, measure } = node(offMs);
      const before = performance.now();
      await measure();
      const tookMs = performance.now() - before + 1;
      // The Postgres of this run is on this machine, so that Date is its clock.
      expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThanOrEqual(tookMs);
      expect(Math.abs(clock.skewMs - offMs)).toBeLessThanOrEqual(tookMs);
    },
  );

  test.each([-TEN_MINUTES_MS, TEN_MINUTES_MS, 40 * DAY_MS])(
    "goes on as it went when the node's own is set by %i ms, before Postgres is asked again",
    async (jumpMs) => {
      const { clock, state, measure } = node(0);
      await measure();
      state.offMs = jumpMs;
      expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(1_000);
      expect(Math.abs(clock.skewMs - jumpMs)).toBeLessThan(1_000);
    },
  );

  test("goes on with the time for which the machine slept", () => {
    let sleptMs = 0;
    // What only goes forward stood still meanwhile; here the others are ahead instead.
    const own = () => Date.now() + sleptMs;
    const clock = new MeasuredClock(undefined, own, () => performance.now() + sleptMs);
    for (sleptMs of [8 * HOUR_MS, 9 * HOUR_MS]) {
      expect(Math.abs(clock.now().getTime() - own())).toBeLessThan(1_000);
      expect(clock.skewMs).toBeLessThan(1_000);
    }
  });

  test("is not moved by answers that agree with it, however slow they are", async () => {
    const { clock, measure } = node(0);
    for (let times = 0; times < 5; times++) await measure();
    expect(clock.skewMs).toBe(0);
    clock.readAt(Date.now(), performance.now() - 5_000);
    expect(clock.skewMs).toBe(0);
  });

  test("tells once of a clock that is off by more than two seconds, and once when it is within one again", async () => {
    const { told, state, measure } = node(-1_500);
    await measure();
    expect(told).toEqual([]);
    state.offMs = -TEN_MINUTES_MS;
    await measure();
    state.offMs = -1_500;
    await measure();
    await measure();
    expect(told).toEqual([expect.closeTo(-TEN_MINUTES_MS, -4)]);
    state.offMs = 0;
    await measure();
    await measure();
    expect(told).toEqual([expect.closeTo(-TEN_MINUTES_MS, -4), null]);
  });

  test("keeps its measure while Postgres does not answer", async () => {
    const clock = new MeasuredClock(undefined, () => Date.now() - TEN_MINUTES_MS);
    const databases = connectDatabases("postgres://nobody@127.0.0.1:1/none", {
      poolSize: 1,
      pooling: "session",
      clock,
    });
    opened.push(databases);
    clock.readAt(Date.now(), performance.now());
    await measureClock({ databases });
    expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(1_000);
  });
});
