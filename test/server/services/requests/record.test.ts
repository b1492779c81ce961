import { randomUUID } from "node:crypto";
import { createWorld, type World } from "@test/support/world";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newId } from "@/server/core/ids";
import { poll } from "@/server/db/embedded/processes";
import { runUpkeep } from "@/server/jobs/upkeep";
import { dropOldRequests, type LoggedCall, RequestRecorder } from "@/server/services/requests";
import { rowsOf } from "@/server/services/requests/rows";
import { ensureDays, writeRows } from "@/server/services/requests/statement";
import { workerOf } from "../../jobs/support";
import { sqlOf } from "../support";

const DAY = 86_400;
const PATIENCE_MS = 10_000;

let world: World;
let recorder: RequestRecorder;

beforeEach(async () => {
  world = await createWorld();
  recorder = new RequestRecorder(world.platform);
  await recorder.room();
});
afterEach(async () => {
  await recorder?.close(1);
  await world?.close();
});

/** Calls of known keys have a row each; those of nobody known are another matter. */
const ofKnownKey = {
  refusedBy: null,
  limits: null,
  key: { id: newId("key"), customers: null, lastUsedAt: null },
} as unknown as LoggedCall["decision"];

const newCall = (facts: Partial<LoggedCall> = {}): LoggedCall => ({
  at: world.clock.now(),
  requestId: newId("req"),
  environment: "staging",
  method: "GET",
  route: { name: "GET /customers", permission: "customers:read" },
  path: "/api/v1/staging/customers",
  query: "",
  bodyCustomer: undefined,
  status: 200,
  problem: undefined,
  decision: ofKnownKey,
  durationMs: 1.5,
  address: null,
  agent: null,
  requestBytes: 0,
  responseBytes: 2,
  ...facts,
});

const record = (count: number, facts: Partial<LoggedCall> = {}) => {
  const calls = Array.from({ length: count }, () => newCall(facts));
  for (const call of calls) recorder.record(call);
  return calls.map(({ requestId }) => requestId);
};

const stored = async () =>
  (await sqlOf(world)`select request_id from requests order by entry`).map(({ request_id }) => request_id);
const counted = async () =>
  Number((await sqlOf(world)`select sum(calls) as calls from usage_hourly`)[0]?.calls ?? 0);

/** Until `done` holds; fails when it takes too long. */
async function until(done: () => Promise<boolean> | boolean): Promise<void> {
  expect(await poll(async () => (await done()) || undefined, PATIENCE_MS)).toBe(true);
}

describe("The writer of the log", () => {
  test("writes by itself a moment after the first call, or as soon as there are a thousand", async () => {
    const [id] = record(1);
    await until(async () => (await stored()).includes(id ?? ""));
    record(1_000);
    await until(async () => (await stored()).length === 1_001);
    expect(recorder.figures).toEqual({
      held: 0,
      written: 1_001,
      counted: 0,
      waited: 0,
      turnedAway: 0,
      refused: 0,
    });
  });

  test("keeps every row while the database cannot take it, and writes each once when it can", async () => {
    await sqlOf(world)`alter table requests rename to away`;
    const first = record(1_200);
    await recorder.flush();
    const second = record(30);
    await recorder.flush();
    expect(recorder.figures).toMatchObject({ held: 1_230, written: 0 });
    expect(await counted()).toBe(0);
    await sqlOf(world)`alter table away rename to requests`;
    // By itself: the attempt is repeated every second.
    await until(() => recorder.figures.held === 0);
    expect((await stored()).sort()).toEqual([...first, ...second].sort());
    expect(await counted()).toBe(1_230);
    expect(world.log()).toContain("kept for the next attempt");
  });

  test("does not count a batch twice whose first writing had succeeded unbeknown to us", async () => {
    const rows = rowsOf([newCall(), newCall(), newCall({ status: 404 })], []);
    await ensureDays(sqlOf(world), [world.clock.now()]);
    const name = { writer: randomUUID(), number: 1 };
    for (let attempt = 0; attempt < 3; attempt++) await writeRows(sqlOf(world), name, rows);
    expect(await stored()).toHaveLength(3);
    expect(await counted()).toBe(3);
    // Nor one that had no row, and so nothing in the log to tell it by.
    const rowless = { ...rows, requests: [] };
    for (let attempt = 0; attempt < 3; attempt++) {
      await writeRows(sqlOf(world), { ...name, number: 2 }, rowless);
    }
    expect(await stored()).toHaveLength(3);
    expect(await counted()).toBe(6);
  });

  test("keeps when a permission was last exercised, to the minute, and never goes back", async () => {
    const key = (await world.key()).key;
    const decision = { refusedBy: null, limits: null, key: { ...key, customers: null, lastUsedAt: null } };
    const start = world.clock.now().getTime();
    const lastAfter = async (seconds: number, facts: Partial<LoggedCall> = {}) => {
      record(1, {
        at: new Date(start + seconds * 1_000),
        decision,
        ...facts,
      } as unknown as Partial<LoggedCall>);
      await recorder.flush();
      const [row] = await sqlOf(world)`select last_at from usage_permissions where key_id = ${key.id}`;
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
    const key = (await world.key()).key;
    const decision = { refusedBy: null, limits: null, key: { ...key, customers: null, lastUsedAt: null } };
    const good = record(40);
    const [bad] = record(1, { address: "nonsense", decision } as unknown as Partial<LoggedCall>);
    const more = record(40);
    await recorder.flush();
    expect((await stored()).sort()).toEqual([...good, ...more].sort());
    expect(recorder.figures).toMatchObject({ held: 0, written: 80, refused: 1 });
    expect(world.log()).toContain(bad);
    expect(world.log()).not.toContain("nonsense");
  });

  test("takes any text there is: NUL, halves of characters, quotes, backslashes", async () => {
    const odd = `\0 \ud800 x\udfff " ' \\ \\u0000 ${"é".repeat(400)}\u{1f600}`;
    const problem = JSON.stringify({ code: "invalid_request", detail: odd });
    const ids = record(1, { path: odd, query: odd, agent: odd, status: 400, problem });
    await recorder.flush();
    expect(await stored()).toEqual(ids);
  });

  test("makes the day that a call belongs to where nobody has", async () => {
    world.clock.advance(400 * DAY);
    const ids = record(3);
    await recorder.flush();
    expect((await stored()).sort()).toEqual(ids.sort());
  });
});

describe("When as many calls are held as may be", () => {
  const bounds = { calls: 10, text: 1_000, waitMs: PATIENCE_MS };

  test("a new one waits until they are written, and no row is lost", async () => {
    recorder = new RequestRecorder(world.platform, bounds);
    await recorder.room();
    const ids: string[] = [];
    let waiting: Promise<void> | null = null;
    await sqlOf(world).begin(async (sql) => {
      await sql`lock table requests in access exclusive mode`;
      ids.push(...record(9));
      expect(recorder.room()).toBeNull();
      ids.push(...record(1));
      waiting = recorder.room();
      expect(waiting).not.toBeNull();
      expect(recorder.figures).toMatchObject({ held: 10, waited: 1 });
    });
    await waiting;
    expect((await stored()).sort()).toEqual(ids.sort());
    expect(recorder.room()).toBeNull();
  });

  test("a new one that waits too long is turned away with 503, and counted", async () => {
    recorder = new RequestRecorder(world.platform, { ...bounds, waitMs: 20 });
    await recorder.room();
    await sqlOf(world).begin(async (sql) => {
      await sql`lock table requests in access exclusive mode`;
      record(10);
      await expect(recorder.room()).rejects.toMatchObject({ code: "unavailable" });
    });
    await recorder.flush();
    expect(recorder.figures).toMatchObject({ held: 0, written: 10, waited: 1, turnedAway: 1 });
  });

  test("what calls bring along counts too", async () => {
    recorder = new RequestRecorder(world.platform, bounds);
    await recorder.room();
    record(1, { responseBody: { type: "application/json", text: "x".repeat(2_000), bytes: 2_000 } });
    const room = recorder.room();
    expect(room).not.toBeNull();
    await recorder.flush();
    await room;
    expect(recorder.room()).toBeNull();
  });
});

describe("Old days of the log", () => {
  test("are dropped by upkeep after 30 days, or as set; the roll-up stays; days to come are made", async () => {
    record(2);
    await recorder.flush();
    const keep = async (days: number) => {
      await sqlOf(
        world,
      )`insert into settings values ('retention', ${JSON.stringify({ logDays: days })}::text::jsonb)
        on conflict (name) do update set value = excluded.value`;
    };
    const upkeep = () => runUpkeep(workerOf(world), new AbortController().signal);
    world.clock.advance(30 * DAY);
    await upkeep();
    expect(await stored()).toHaveLength(2);
    const plan = await dropOldRequests(world.context(), { keepDays: 29, dryRun: true });
    expect(plan.days).toContain("2023-11-23");
    expect(await stored()).toHaveLength(2);
    await keep(29);
    await upkeep();
    expect(await stored()).toEqual([]);
    expect(await counted()).toBe(2);
    const tomorrow = new Date(world.clock.now().getTime() + DAY * 1_000).toISOString().slice(0, 10);
    const name = `requests_${tomorrow.replaceAll("-", "")}`;
    expect(await sqlOf(world)`select to_regclass(${name}) is not null as made`).toEqual([{ made: true }]);
  });
});
