// @module-tag long
import { randomBytes } from "node:crypto";
import { sqlOf } from "@test/server/services/support";
import { call, inProcess, type PublicApi } from "@test/support/calls";
import { testFixture } from "@test/support/suite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MIB } from "@/contracts/bounds";
import type { DiskSpace } from "@/gateway/request-log/log-limits";
import { RequestLog } from "@/gateway/request-log/request-log";
import { ensureRequestDays } from "@/server/database/day-partitions";
import { getLogState } from "@/server/services/requests";
import { changeRequestLogSettings } from "@/server/services/settings";

const DAY = 86_400;

const fixture = testFixture();
let api: PublicApi;

beforeEach(async () => {
  api = inProcess(fixture);
});

const noise = (bytes: number) => randomBytes(bytes / 2).toString("hex");

/** Calls of nobody known, with as much of their own in path, query and agent as a request line takes. */
async function strangersCall(calls: number, address: string): Promise<void> {
  for (let number = 0; number < calls; number++) {
    const answer = await call(api, "GET", `/staging/${noise(900)}?${noise(1_800)}`, {
      address,
      headers: { "user-agent": noise(300) },
    });
    expect(answer.status).toBe(404);
  }
}

const flush = () => fixture.runtime.requestLog.flush();

/** Rows as they are, and what they and the figures say of the number of calls. */
async function logged() {
  await flush();
  const sql = sqlOf(fixture);
  const rows =
    await sql`select key_id, path, query, agent, stands_for, request_headers from requests order by key_id, row_id`;
  const [stats] = await sql`
    select coalesce((select sum(calls) from usage_hourly), 0)::int as hourly,
      coalesce((select sum(calls) from usage_totals), 0)::int as totals`;
  return { rows, whole: rows.filter(({ stands_for }) => stands_for === null).length, stats };
}

describe("Calls of nobody known", () => {
  test("have a row each up to 120 a minute and network; of the others one in a hundred, and all are counted", async () => {
    await strangersCall(320, "203.0.113.7");
    await strangersCall(100, "203.0.113.200");
    const { rows, whole, stats } = await logged();
    expect(stats).toEqual({ hourly: 420, totals: 420 });
    expect(whole).toBe(120);
    const samples = rows.filter(({ stands_for }) => stands_for !== null);
    expect(samples).toHaveLength(3);
    for (const { stands_for, path, query, agent } of samples) {
      expect(stands_for).toBe(100);
      expect(path).toHaveLength(200);
      expect(query).toBeNull();
      expect(agent).toHaveLength(200);
    }
    expect(fixture.runtime.requestLog.stats).toMatchObject({ buffered: 0, written: 123, counted: 297 });
  });

  test("of another network, and of the next minute, have rows of their own", async () => {
    await changeRequestLogSettings(fixture.context(), { anonymousRowsPerMinute: 3 });
    await strangersCall(5, "2001:db8:1:1::7");
    await strangersCall(5, "2001:db8:1:2::7");
    expect((await logged()).rows).toHaveLength(3);
    await strangersCall(5, "2001:db8:2::7");
    expect((await logged()).rows).toHaveLength(6);
    fixture.clock.advance(60);
    await strangersCall(5, "2001:db8:1:1::7");
    expect(await logged()).toMatchObject({ whole: 9, stats: { hourly: 20, totals: 20 } });
  });

  test("take no row from a known key, whether it is served or refused", async () => {
    await changeRequestLogSettings(fixture.context(), { anonymousRowsPerMinute: 1 });
    const { secret, key } = await fixture.key({ rateLimits: { minute: 3 } });
    await strangersCall(20, "203.0.113.7");
    for (const _ of Array(6)) await call(api, "GET", "/staging/key", { key: secret, address: "203.0.113.7" });
    const { rows, stats } = await logged();
    expect(rows.filter(({ key_id }) => key_id === key.id)).toHaveLength(6);
    expect(rows).toHaveLength(7);
    expect(stats?.totals).toBe(26);
  });

  test("all have a row where the setting is 0", async () => {
    await changeRequestLogSettings(fixture.context(), { anonymousRowsPerMinute: 0 });
    await strangersCall(150, "203.0.113.7");
    expect(await logged()).toMatchObject({ whole: 150, stats: { totals: 150 } });
  });
});

/** Lets today's log take so many bytes more. */
async function fill(bytes: number): Promise<void> {
  const rows = Math.ceil(bytes / 2_048);
  await ensureRequestDays(sqlOf(fixture), [fixture.clock.now()]);
  await sqlOf(fixture)`
    insert into requests (at, row_id, request_id, environment, method, path, status, duration_ms, request_bytes, response_bytes)
    select ${fixture.clock.now().toISOString()}::timestamptz, gen_random_uuid(), 'req_filler', 'staging', 'GET', repeat(md5(n::text), 55), 200, 1, 0, 0
    from generate_series(1, ${rows}) as n`;
  fixture.clock.advance(6);
}

describe("A day's budget", () => {
  test("goes first to the facts of known keys' calls, is told in the log, and every call is counted", async () => {
    await changeRequestLogSettings(fixture.context(), { headers: true, dailyMegabytes: 16 });
    const { secret, key } = await fixture.key();
    const bothCall = async () => {
      await flush();
      await sqlOf(fixture)`truncate usage_totals`;
      expect((await call(api, "GET", "/staging/key", { key: secret })).status).toBe(200);
      await call(api, "GET", "/staging/key");
      const { rows, stats } = await logged();
      expect(stats?.totals).toBe(2);
      await sqlOf(fixture)`delete from requests where request_id <> 'req_filler'`;
      const ours = rows.filter(({ path }) => path.length < 100);
      return ours.map(({ key_id, request_headers }) => [key_id, request_headers !== null]);
    };
    const { requestLog } = fixture.runtime;
    await requestLog.look();
    expect(await bothCall()).toEqual([
      [key.id, true],
      [null, true],
    ]);
    await fill(8.2 * MIB);
    await requestLog.look();
    expect(requestLog.state).toMatchObject({ keeps: "known_keys", because: "budget" });
    expect(await bothCall()).toEqual([[key.id, true]]);
    await fill(3.9 * MIB);
    await requestLog.look();
    expect(await bothCall()).toEqual([[key.id, false]]);
    await fill(4.1 * MIB);
    await requestLog.look();
    expect(requestLog.state).toMatchObject({
      keeps: "counts",
      because: "budget",
      budgetBytes: 16 * MIB,
    });
    expect(await getLogState(fixture.context(), requestLog)).toEqual(requestLog.state);
    expect(await bothCall()).toEqual([]);
    expect(fixture.log()).toContain("nears its budget for the day");
    fixture.clock.advance(DAY);
    await requestLog.look();
    expect(await bothCall()).toHaveLength(2);
    expect(fixture.log()).toContain("keeps every call again");
  });

  test("is by the disk where nobody has set one: half of it for all days that are kept", async () => {
    const disk = { size: 310 * 1_024 * MIB, free: 300 * 1_024 * MIB };
    const recorder = new RequestLog({ ...fixture.runtime, diskSpace: async () => disk });
    expect(await recorder.look()).toMatchObject({ budgetBytes: 5 * 1_024 * MIB, keeps: "everything" });
    // And where the disk cannot be seen, as much as fits most.
    expect((await fixture.runtime.requestLog.look()).budgetBytes).toBe(10_240 * MIB);
  });
});

describe("A disk that is nearly full", () => {
  const size = 100 * 1_024 * MIB;
  let disk: DiskSpace;
  let requestLog: RequestLog;

  beforeEach(() => {
    disk = { size, free: size };
    requestLog = new RequestLog({ ...fixture.runtime, diskSpace: async () => disk });
    api = inProcess({ runtime: { ...fixture.runtime, requestLog } });
  });
  afterEach(() => requestLog.close(1));

  const callAt = async (free: number, secret: string) => {
    disk = { size, free };
    fixture.clock.advance(6);
    await requestLog.look();
    expect((await call(api, "GET", "/staging/key", { key: secret })).status).toBe(200);
    await requestLog.flush();
    const { rows, stats } = await logged();
    return { rows: rows.length, calls: stats?.hourly };
  };

  test("ends rows and no calls, keeps the figures exact, and is over by itself", async () => {
    const { secret, key } = await fixture.key();
    const floor = 2_048 * MIB;
    expect(await callAt(floor, secret)).toEqual({ rows: 1, calls: 1 });
    expect(await callAt(floor - 1, secret)).toEqual({ rows: 1, calls: 2 });
    expect(requestLog.state).toMatchObject({ keeps: "counts", because: "disk", disk: { floor } });
    expect(fixture.log()).toContain("The disk is nearly full");
    // Not with the first byte that is free again.
    expect(await callAt(floor, secret)).toEqual({ rows: 1, calls: 3 });
    expect(await callAt(floor * 1.1, secret)).toEqual({ rows: 2, calls: 4 });
    expect(requestLog.stats).toMatchObject({ written: 2, counted: 2, buffered: 0, rejected: 0 });
    const [network] = await sqlOf(fixture)`select calls::int from key_networks where key_id = ${key.id}`;
    expect(network).toEqual({ calls: 4 });
  });

  test("is seen also while Postgres does not answer", async () => {
    await sqlOf(fixture)`alter table settings rename to away`;
    disk = { size, free: 1 };
    expect(await requestLog.look()).toMatchObject({ keeps: "counts", because: "disk" });
    await sqlOf(fixture)`alter table away rename to settings`;
  });
});
