import { sqlOf } from "@test/server/services/support";
import { type ClusterFixture, createClusterFixture } from "@test/support/cluster-fixture";
import { type FakeClock, fakeClock } from "@test/support/fake-clock";
import { type Mount, startMount } from "@test/support/mounts";
import { startRedis, type TestRedis } from "@test/support/redis";
import { addRequest, loggedCalls } from "@test/support/requests";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/contracts/durations";
import { changeRetention } from "@/server/services/settings";
import { answersFromNow, isServed } from "./back";
import { expectOneRowEach } from "./log";
import { type Told, Traffic } from "./traffic";

/** Calls a day of the key that reaches its limit. */
const LIMIT = 30;
/** Whole days of the log that are kept besides today. */
const KEPT_DAYS = 2;
/** Until a clock that was set is known to a process that is called: it measures Postgres' with each read. In milliseconds. */
const KNOWN_MS = 1_000;
/** By which a row's time may differ from its caller's, in milliseconds: a busy process is late. */
const INACCURACY_MS = 1_500;
const CRON_SECRET = "a secret of the scheduler";

/** The last midnight UTC before an instant. */
const midnightBefore = (ms: number) => Math.floor(ms / DAY_MS) * DAY_MS;

describe("Clocks that are set over midnight UTC", {
  tags: ["postgresql-15", "redis-server", "faketime"],
}, () => {
  let installation: ClusterFixture;
  let redis: TestRedis;
  /** Each a process of an installation: one counts limits by itself, one in Redis. */
  let alone: Mount;
  let sharing: Mount;
  /** Of Postgres, and of both processes. */
  let postgresClock: FakeClock;
  let ownClock: FakeClock;
  let traffic: Traffic[];
  let limited: string;
  const told: Told[] = [];
  /** How Postgres' clock was set: from when on, epoch milliseconds of the real clock, and by how much. */
  const settings = [{ from: 0, byMs: 0 }];

  beforeAll(async () => {
    postgresClock = fakeClock();
    ownClock = fakeClock();
    installation = await createClusterFixture({ environment: postgresClock.settings });
    redis = await startRedis();
    const common = { ...ownClock.settings, CRON_SECRET, ALLOW_PER_PROCESS_LIMITS: "true" };
    alone = await startMount("main.ts", installation.url(), common);
    sharing = await startMount("main.ts", installation.url(), { ...common, REDIS_URL: redis.url });
    const { fixture } = installation;
    await changeRetention(fixture.context(), { logDays: KEPT_DAYS });
    const { secret: key } = await fixture.key({ rateLimits: { day: 1_000_000 } });
    limited = (await fixture.key({ rateLimits: { day: LIMIT } })).secret;
    const asks = [{ method: "GET", path: "/staging/key", key } as const];
    traffic = [alone, sharing].map((mount) => new Traffic(mount, asks, { callers: 2, perSecond: 50 }));
  });
  afterAll(async () => {
    await Promise.all((traffic ?? []).map((one) => one.stop()));
    await alone?.stop();
    await sharing?.stop();
    await redis?.stop();
    await installation?.close();
  });

  const postgresMs = async () => {
    const [row] = await sqlOf(installation.fixture)<{ ms: number }[]>`
      select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
    return row?.ms ?? Number.NaN;
  };
  const seconds = (ms: number) => `${ms < 0 ? "-" : "+"}${Math.round(Math.abs(ms) / 1_000)}`;

  /** Sets Postgres' clock, and that of both processes; then waits until they have served by it. @param byMs from the real time */
  async function setClocks(byMs: number, ownMs = byMs): Promise<void> {
    postgresClock.set(seconds(byMs));
    ownClock.set(seconds(ownMs));
    settings.push({ from: Date.now(), byMs: Math.round(byMs / 1_000) * 1_000 });
    const isKnown = async () => {
      for (const mount of [alone, sharing]) {
        const answer = (await (await fetch(`${mount.url}/api/ready`)).json()) as {
          status: string;
          clockSkewMs: number;
        };
        expect(answer.status).toBe("ready");
        expect(Math.abs(answer.clockSkewMs - (ownMs - byMs))).toBeLessThan(KNOWN_MS);
      }
    };
    await vi.waitFor(isKnown, { timeout: 10_000, interval: 50 });
    for (const one of traffic) {
      const calls = await answersFromNow(one, 50);
      expect(calls.filter((call) => !isServed(call))).toEqual([]);
    }
  }

  /** How many calls of the limited key each process lets pass, of twice as many as it may have. */
  async function passed(): Promise<{ alone: number; sharing: number }> {
    const [byAlone, bySharing] = await Promise.all(
      [alone, sharing].map(async (mount) => {
        const calls = new Traffic(mount, [{ method: "GET", path: "/staging/key", key: limited }], {
          callers: 2,
        });
        await answersFromNow(calls, 2 * LIMIT);
        await calls.stop();
        told.push(...calls.told);
        expect(calls.told.filter((one) => !isServed(one) && one.status !== 429)).toEqual([]);
        return calls.told.filter(isServed).length;
      }),
    );
    return { alone: byAlone ?? Number.NaN, sharing: bySharing ?? Number.NaN };
  }

  async function maintain(): Promise<void> {
    const headers = { authorization: `Bearer ${CRON_SECRET}` };
    const answer = await fetch(`${sharing.url}/api/cron/jobs`, { headers });
    expect(answer.status, await answer.text()).toBe(200);
  }

  /** Days that the log has a partition for, relative to one. */
  async function daysOfLog(today: number): Promise<number[]> {
    const rows = await sqlOf(installation.fixture)<{ day: string }[]>`
      select right(relname, 8) as day from pg_inherits join pg_class on oid = inhrelid
      where inhparent = 'requests'::regclass order by 1`;
    return rows.map(
      ({ day }) => (Date.parse(day.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3")) - today) / DAY_MS,
    );
  }

  test("let calls through, put each into its day, give no key its limit twice where it is shared, and drop no day too early", async () => {
    const { fixture } = installation;
    const nextMidnight = midnightBefore(Date.now()) + DAY_MS;
    const today = nextMidnight - DAY_MS;
    const remaining = () => nextMidnight - Date.now();

    // Seconds before midnight. What is older than is kept goes, and nothing else.
    await setClocks(remaining() - 15_000);
    for (const ago of [KEPT_DAYS + 1, KEPT_DAYS, 1])
      await addRequest(fixture, { at: new Date(today - ago * DAY_MS + HOUR_MS) });
    expect(await passed()).toEqual({ alone: LIMIT, sharing: LIMIT });
    await maintain();
    expect((await daysOfLog(today)).filter((day) => day <= 1)).toEqual([-KEPT_DAYS, -1, 0, 1]);

    // Over it, as it comes each night. The window slides: of the day before all is counted still, but for the first call.
    await vi.waitFor(async () => expect(await postgresMs()).toBeGreaterThan(nextMidnight), {
      timeout: MINUTE_MS,
    });
    for (const one of traffic) await answersFromNow(one, 50);
    const overnight = await passed();
    expect(Math.max(overnight.alone, overnight.sharing)).toBeLessThanOrEqual(1);
    await maintain();
    expect((await daysOfLog(today)).filter((day) => day <= 1)).toEqual([1 - KEPT_DAYS, 0, 1]);

    // Back into the day before: what was counted in Redis counts, and a process alone begins anew, once.
    await setClocks(remaining() - MINUTE_MS);
    const again = await passed();
    expect(again.sharing).toBe(0);
    expect(again.alone).toBeLessThanOrEqual(LIMIT);
    await maintain();
    expect((await daysOfLog(today)).filter((day) => day <= 1)).toEqual([1 - KEPT_DAYS, 0, 1]);

    // Forward again.
    await setClocks(remaining() + MINUTE_MS);
    const last = await passed();
    expect(Math.max(last.alone, last.sharing)).toBeLessThanOrEqual(1);

    // The processes' own clocks, a day ahead and a day behind Postgres': by that one all goes.
    for (const ownMs of [DAY_MS, -DAY_MS, 40 * DAY_MS]) {
      await setClocks(remaining() + MINUTE_MS, remaining() + MINUTE_MS + ownMs);
      await maintain();
      expect((await passed()).sharing).toBeLessThanOrEqual(1);
      expect((await daysOfLog(today)).filter((day) => day <= 1)).toEqual([1 - KEPT_DAYS, 0, 1]);
    }

    // To a day that nobody has prepared.
    await setClocks(remaining() + 9 * DAY_MS);
    await Promise.all(traffic.map((one) => one.stop()));
    told.push(...traffic.flatMap((one) => one.told));
    // What no caller has made.
    const first = new Date(today).toISOString();
    await sqlOf(fixture)`delete from requests where at < ${first}`;
    await sqlOf(fixture)`delete from usage_hourly where hour < ${first}`;
    await expectOneRowEach(fixture, told);
    await expectInTheirDays();
  });

  /** Demands of each row the time that Postgres' clock showed while its caller waited; each day has a partition of its own. */
  async function expectInTheirDays(): Promise<void> {
    const rows = await loggedCalls(sqlOf(installation.fixture));
    const found = new Map(rows.map(({ request_id, at }) => [request_id, new Date(at).getTime()]));
    const wrong = told.filter(({ requestId, startedAt, endedAt }) => {
      const ms = found.get(requestId ?? "");
      if (ms === undefined) return true;
      return !settings.some(({ from, byMs }, at) => {
        const until = settings[at + 1]?.from ?? Number.POSITIVE_INFINITY;
        const isThen = endedAt >= from && startedAt <= until + KNOWN_MS;
        return isThen && ms > startedAt + byMs - INACCURACY_MS && ms < endedAt + byMs + INACCURACY_MS;
      });
    });
    expect(wrong).toEqual([]);
  }
});
