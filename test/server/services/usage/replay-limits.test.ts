import { suiteFixture, testFixture } from "@test/support/suite";
import { countCalls, logCalls } from "@test/support/usage";
import { beforeAll, describe, expect, test } from "vitest";
import { HOUR_MS } from "@/contracts/durations";
import { runMaintenance } from "@/server/jobs/maintenance";
import { getKeyTraffic, replayLimits } from "@/server/services/usage";
import { insertJob, workerOf } from "../../jobs/support";
import { sqlOf } from "../support";

const fixture = suiteFixture();

beforeAll(async () => {
  await sqlOf(fixture)`select ensure_request_partitions(${secondsAgo(7 * 86_400)
    .toISOString()
    .slice(0, 10)}, 8)`;
});

const secondsAgo = (seconds: number) => new Date(fixture.clock.now().getTime() - seconds * 1_000);

describe("The replay of a limit", () => {
  test("tells how many of last week's calls it would have refused, those refused then among them", async () => {
    const { key } = await fixture.key();
    const burst = Array.from({ length: 20 }, (_, index) => ({ key, at: secondsAgo(3_600 + index) }));
    await logCalls(fixture, [
      ...burst,
      { key, at: secondsAgo(3_599), status: 429, refusedBy: "limit" },
      { key, at: secondsAgo(10), status: 403, refusedBy: "permission" },
      // Never came as far as the limit.
      { key, at: secondsAgo(9), status: 401, refusedBy: "expired" },
      // Before the seven days.
      { key, at: secondsAgo(7 * 86_400 + 1) },
    ]);
    const replay = (minute: number) =>
      replayLimits(fixture.context(), { id: key.id, rateLimits: { minute } });
    expect(await replay(100)).toEqual({
      hours: 168,
      cut: false,
      calls: 22,
      refused: 0,
      refusedThen: 1,
      capped: false,
      since: secondsAgo(3_619).toISOString(),
    });
    // 21 of them in one minute, an hour before the other one.
    expect((await replay(5)).refused).toBe(16);
    expect((await replay(20)).refused).toBe(1);
    expect((await replay(21)).refused).toBe(0);
  });

  test("says so when there were more calls than it tries, and tries the latest", async () => {
    const { key } = await fixture.key();
    await logCalls(
      fixture,
      Array.from({ length: 12 }, (_, index) => ({ key, at: secondsAgo(100 + index) })),
    );
    const input = { id: key.id, rateLimits: { day: 4 } };
    expect(await replayLimits(fixture.context(), input, { mostCalls: 10 })).toEqual({
      hours: 168,
      cut: false,
      calls: 10,
      refused: 6,
      refusedThen: 0,
      capped: true,
      since: secondsAgo(109).toISOString(),
    });
    expect(await replayLimits(fixture.context(), input, { mostCalls: 12 })).toMatchObject({
      calls: 12,
      capped: false,
    });
  });

  test("is of nothing for a key without calls", async () => {
    const { key } = await fixture.key();
    expect(await replayLimits(fixture.context(), { id: key.id, rateLimits: { minute: 1 } })).toEqual({
      hours: 168,
      cut: false,
      calls: 0,
      refused: 0,
      refusedThen: 0,
      capped: false,
      since: null,
    });
  });
});

describe("The replay of a limit, where the log is kept for less than 7 days,", () => {
  const short = testFixture();

  const hoursAgo = (hours: number) => new Date(short.clock.now().getTime() - hours * HOUR_MS);

  test("looks as far back as maintenance has left the log, in whole days, and says so", async () => {
    await sqlOf(short)`insert into settings (name, value) values ('retention', '{"logDays":3}')`;
    const { key } = await short.key();
    // It is 12:30, so the oldest day that is kept began 84 and a half hours ago.
    await logCalls(
      short,
      [1, 71, 73, 84, 86, 150].map((hours) => ({ key, at: hoursAgo(hours) })),
    );
    const replay = () => replayLimits(short.context(), { id: key.id, rateLimits: { day: 1 } });
    expect(await replay()).toMatchObject({ hours: 144, cut: true, calls: 5 });
    await runMaintenance(workerOf(short), new AbortController().signal);
    expect(await replay()).toMatchObject({
      hours: 72,
      cut: true,
      calls: 2,
      since: hoursAgo(71).toISOString(),
    });
  });

  test("looks back by the hour in its first two days, to the first call there is", async () => {
    const { key } = await short.key();
    await logCalls(
      short,
      [0, 2, 36].map((hours) => ({ key, at: hoursAgo(hours) })),
    );
    // The log's first day began 36 and a half hours ago.
    const replay = await replayLimits(short.context(), { id: key.id, rateLimits: { day: 1 } });
    expect(replay).toMatchObject({ hours: 37, cut: true, calls: 3, since: hoursAgo(36).toISOString() });
  });
});

describe("The traffic of a key", () => {
  test("is that of the last 15 minutes and of the last 24 hours: routes, addresses, customers, jobs", async () => {
    const { key } = await fixture.key();
    const { key: other } = await fixture.key();
    const ada = await fixture.customer({ email: "ada@acme.example" });
    const gone = "cus_00000000000000000000000000" as const;
    await logCalls(fixture, [
      { key, at: secondsAgo(1), customers: [ada.id] },
      { key, at: secondsAgo(15 * 60), address: "198.51.100.1", customers: [ada.id, gone] },
      { key, at: secondsAgo(15 * 60 + 1), route: "POST /customers" },
      { key, at: secondsAgo(86_400) },
      { key, at: secondsAgo(86_401) },
      { key: other },
    ]);
    const job = await insertJob(sqlOf(fixture), key.id, "staging");
    await sqlOf(fixture)`
      update job_records set status = 'queued', created_at = ${secondsAgo(3_600).toISOString()} where id = ${job}`;
    expect(await getKeyTraffic(fixture.context(), { id: key.id })).toEqual({
      last15Minutes: {
        calls: 2,
        routes: [{ name: "GET /customers", calls: 2 }],
        addresses: [
          { name: "198.51.100.1", calls: 1 },
          { name: "203.0.113.7", calls: 1 },
        ],
        customers: [
          { id: ada.id, name: "ada@acme.example", calls: 2 },
          { id: gone, name: gone, calls: 1 },
        ],
        jobs: 0,
      },
      last24Hours: {
        calls: 4,
        routes: [
          { name: "GET /customers", calls: 3 },
          { name: "POST /customers", calls: 1 },
        ],
        addresses: [
          { name: "203.0.113.7", calls: 3 },
          { name: "198.51.100.1", calls: 1 },
        ],
        customers: [
          { id: ada.id, name: "ada@acme.example", calls: 2 },
          { id: gone, name: gone, calls: 1 },
        ],
        jobs: 1,
      },
      openJobs: 1,
      cappedAt: null,
    });
  });

  test("of a busy key has calls and routes from the figures, and says what the rest is of", async () => {
    const { key } = await fixture.key();
    await logCalls(
      fixture,
      Array.from({ length: 6 }, () => ({ key })),
    );
    await countCalls(fixture, [
      { key, calls: 9_000 },
      { key, calls: 5, route: "POST /customers", permission: "customers:write", at: secondsAgo(80_000) },
    ]);
    expect(await getKeyTraffic(fixture.context(), { id: key.id }, { mostCalls: 5 })).toMatchObject({
      last15Minutes: { calls: 5 },
      last24Hours: {
        calls: 9_005,
        routes: [
          { name: "GET /customers", calls: 9_000 },
          { name: "POST /customers", calls: 5 },
        ],
        addresses: [{ calls: 5 }],
      },
      cappedAt: 5,
    });
  });
});
