// @module-tag long
import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { workerOf } from "@test/server/jobs/support";
import { sqlOf } from "@test/server/services/support";
import { loggedCalls } from "@test/support/requests";
import { testFixture } from "@test/support/suite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RequestLog } from "@/gateway/request-log/request-log";
import type { LoggedCall } from "@/gateway/request-log/rows";
import { writeBatch } from "@/gateway/request-log/statement";
import { ensureRequestDays } from "@/server/database/day-partitions";
import { withDriverTransaction } from "@/server/database/session";
import { runMaintenance } from "@/server/jobs/maintenance";
import { dropOldDays } from "@/server/services/settings";
import { countLog } from "@/server/services/usage";
import { newCall, rowsOfCalls } from "./logged-call";

const DAY = 86_400;
const PATIENCE_MS = 10_000;

const fixture = testFixture();
let recorder: RequestLog;

beforeEach(async () => {
  recorder = new RequestLog(fixture.runtime);
  await recorder.waitForCapacity();
});
afterEach(() => recorder?.close(1));

const record = (count: number, facts: Partial<LoggedCall> = {}) => {
  const calls = Array.from({ length: count }, () => newCall(fixture, facts));
  for (const call of calls) recorder.record(call);
  return calls.map(({ requestId }) => requestId);
};

const stored = async () => (await loggedCalls(sqlOf(fixture))).map(({ request_id }) => request_id);
const counted = async () =>
  Number((await sqlOf(fixture)`select sum(calls) as calls from usage_hourly`)[0]?.calls ?? 0);

/** Until `done` holds; fails when it takes too long. */
async function until(done: () => Promise<boolean> | boolean): Promise<void> {
  await vi.waitFor(async () => expect(await done()).toBe(true), { timeout: PATIENCE_MS });
}

describe("The writer of the log", () => {
  test("writes by itself a moment after the first call, or as soon as there are a thousand", async () => {
    const [id] = record(1);
    await until(async () => (await stored()).includes(id ?? ""));
    record(1_000);
    await until(async () => (await stored()).length === 1_001);
    expect(recorder.stats).toEqual({
      buffered: 0,
      written: 1_001,
      counted: 0,
      waited: 0,
      rejected: 0,
      refused: 0,
    });
  });

  test("keeps every row while the database cannot take it, and writes each once when it can", async () => {
    await sqlOf(fixture)`alter table requests rename to away`;
    const first = record(1_200);
    await recorder.flush();
    const second = record(30);
    await recorder.flush();
    expect(recorder.stats).toMatchObject({ buffered: 1_230, written: 0 });
    expect(await counted()).toBe(0);
    await sqlOf(fixture)`alter table away rename to requests`;
    // By itself: the attempt is repeated every second.
    await until(() => recorder.stats.buffered === 0);
    expect((await stored()).sort()).toEqual([...first, ...second].sort());
    await recorder.flush();
    expect(await counted()).toBe(1_230);
    expect(fixture.log()).toContain("kept for the next attempt");
  });

  test("does not count a batch twice whose first writing had succeeded unbeknown to us", async () => {
    const rows = rowsOfCalls([newCall(fixture), newCall(fixture), newCall(fixture, { status: 404 })]);
    await ensureRequestDays(sqlOf(fixture), [fixture.clock.now()]);
    const writer = randomUUID();
    const { records } = fixture.runtime.databases;
    const write = async (number: number, withRows: boolean) => {
      for (let attempt = 0; attempt < 3; attempt++) {
        await withDriverTransaction(records, (sql) => writeBatch(sql, { writer, number }, rows, withRows));
        await countLog(records, { leastAgeMs: 0 });
      }
    };
    await write(1, true);
    expect(await stored()).toHaveLength(3);
    expect(await counted()).toBe(3);
    // Nor one that had no row, and so nothing in the log to tell it by.
    await write(2, false);
    expect(await stored()).toHaveLength(3);
    expect(await counted()).toBe(6);
  });

  test("keeps when a permission was last exercised, to the minute, and never goes back", async () => {
    const key = (await fixture.key()).key;
    const auth = { refusedBy: null, limits: null, key: { ...key, customers: null, lastUsedAt: null } };
    const start = fixture.clock.now().getTime();
    const lastAfter = async (seconds: number, facts: Partial<LoggedCall> = {}) => {
      record(1, {
        at: new Date(start + seconds * 1_000),
        auth,
        ...facts,
      } as unknown as Partial<LoggedCall>);
      await recorder.flush();
      const [row] = await sqlOf(fixture)`select last_at from usage_permissions where key_id = ${key.id}`;
      return row && (new Date(row.last_at).getTime() - start) / 1_000;
    };
    const denied = JSON.stringify({ code: "permission_denied", detail: "No." });
    expect(await lastAfter(-500, { status: 403, problem: denied })).toBeUndefined();
    expect(await lastAfter(0)).toBe(0);
    expect(await lastAfter(59)).toBe(0);
    expect(await lastAfter(60)).toBe(60);
    expect(await lastAfter(30)).toBe(60);
    expect(await lastAfter(7_200)).toBe(7_200);
    expect(await lastAfter(9_999, { status: 403, problem: denied })).toBe(7_200);
  });

  test("leaves out a row that Postgres does not take, says which, and writes all others", async () => {
    const key = (await fixture.key()).key;
    const auth = { refusedBy: null, limits: null, key: { ...key, customers: null, lastUsedAt: null } };
    const good = record(40);
    const [bad] = record(1, { requestBytes: 2 ** 31, auth } as unknown as Partial<LoggedCall>);
    const more = record(40);
    await recorder.flush();
    expect((await stored()).sort()).toEqual([...good, ...more].sort());
    expect(recorder.stats).toMatchObject({ buffered: 0, written: 80, refused: 1 });
    expect(fixture.log()).toContain(bad);
    expect(fixture.log()).not.toContain(String(2 ** 31));
  });

  test("leaves out a call of which no row can be formed, says which, and goes on", async () => {
    const good = record(2);
    const [bad] = record(1, { status: 400, problem: "no problem document" });
    const more = record(2);
    await recorder.flush();
    expect((await stored()).sort()).toEqual([...good, ...more].sort());
    expect(recorder.stats).toMatchObject({ buffered: 0, written: 4, refused: 1 });
    expect(fixture.log()).toContain(bad);
  });

  test("takes any text there is: NUL, halves of characters, quotes, backslashes", async () => {
    const odd = `\0 \ud800 x\udfff " ' \\ \\u0000 ${"é".repeat(400)}\u{1f600}`;
    const problem = JSON.stringify({ code: "invalid_request", detail: odd });
    const ids = record(1, { path: odd, query: odd, agent: odd, status: 400, problem });
    await recorder.flush();
    expect(await stored()).toEqual(ids);
  });

  test("makes the day that a call belongs to where nobody has", async () => {
    fixture.clock.advance(400 * DAY);
    const ids = record(3);
    await recorder.flush();
    expect((await stored()).sort()).toEqual(ids.sort());
  });
});

describe("When as many calls are held as may be", () => {
  const bounds = { calls: 10, text: 1_000, waitMs: PATIENCE_MS };

  test("a new one waits until they are written, and no row is lost", async () => {
    recorder = new RequestLog(fixture.runtime, bounds);
    await recorder.waitForCapacity();
    const ids: string[] = [];
    let waiting: Promise<void> | null = null;
    await sqlOf(fixture).begin(async (sql) => {
      await sql`lock table requests in access exclusive mode`;
      ids.push(...record(9));
      expect(recorder.waitForCapacity()).toBeNull();
      ids.push(...record(1));
      waiting = recorder.waitForCapacity();
      expect(waiting).not.toBeNull();
      expect(recorder.stats).toMatchObject({ buffered: 10, waited: 1 });
    });
    await waiting;
    expect((await stored()).sort()).toEqual(ids.sort());
    expect(recorder.waitForCapacity()).toBeNull();
  });

  test("a new one that waits too long is turned away with 503, and counted", async () => {
    recorder = new RequestLog(fixture.runtime, { ...bounds, waitMs: 20 });
    await recorder.waitForCapacity();
    await sqlOf(fixture).begin(async (sql) => {
      await sql`lock table requests in access exclusive mode`;
      record(10);
      await expect(recorder.waitForCapacity()).rejects.toMatchObject({ code: "unavailable" });
    });
    await recorder.flush();
    expect(recorder.stats).toMatchObject({ buffered: 0, written: 10, waited: 1, rejected: 1 });
  });

  test("what calls bring along counts too", async () => {
    recorder = new RequestLog(fixture.runtime, bounds);
    await recorder.waitForCapacity();
    const text = JSON.stringify("x".repeat(2_000));
    record(1, { responseBody: { type: "application/json", text, bytes: text.length } });
    // Its row is formed in this turn of the loop, once answers are out.
    await setImmediate();
    const room = recorder.waitForCapacity();
    expect(room).not.toBeNull();
    await recorder.flush();
    await room;
    expect(recorder.waitForCapacity()).toBeNull();
  });
});

describe("Old days of the log", () => {
  test("are dropped by maintenance after 30 days, or as set; the roll-up stays; days to come are made", async () => {
    record(2);
    await recorder.flush();
    const keep = async (days: number) => {
      await sqlOf(
        fixture,
      )`insert into settings values ('retention', ${JSON.stringify({ logDays: days })}::text::jsonb)
        on conflict (name) do update set value = excluded.value`;
    };
    const maintain = () => runMaintenance(workerOf(fixture), new AbortController().signal);
    fixture.clock.advance(30 * DAY);
    await maintain();
    expect(await stored()).toHaveLength(2);
    const plan = await dropOldDays(fixture.context(), { kind: "logDays", keepDays: 29, dryRun: true });
    expect(plan.days).toContain("2023-11-23");
    expect(await stored()).toHaveLength(2);
    await keep(29);
    await maintain();
    expect(await stored()).toEqual([]);
    expect(await counted()).toBe(2);
    const tomorrow = new Date(fixture.clock.now().getTime() + DAY * 1_000).toISOString().slice(0, 10);
    const name = `requests_${tomorrow.replaceAll("-", "")}`;
    expect(await sqlOf(fixture)`select to_regclass(${name}) is not null as made`).toEqual([{ made: true }]);
  });
});
