import { randomBytes } from "node:crypto";
import { call, type Door, inProcess } from "@test/support/calls";
import { createWorld, type World } from "@test/support/world";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MIB } from "@/contracts/bounds";
import { getLogState, RequestRecorder } from "@/server/services/requests";
import type { DiskSpace } from "@/server/services/requests/log-limits";
import { ensureDays } from "@/server/services/requests/statement";
import { changeRequestLogSettings } from "@/server/services/settings";
import { sqlOf } from "../services/support";

const DAY = 86_400;

let world: World;
let door: Door;

beforeEach(async () => {
  world = await createWorld();
  door = inProcess(world);
});
afterEach(() => world?.close());

const noise = (bytes: number) => randomBytes(bytes / 2).toString("hex");

/** Calls of nobody known, with as much of their own in path, query and agent as a request line takes. */
async function strangersCall(calls: number, address: string): Promise<void> {
  for (let number = 0; number < calls; number++) {
    const answer = await call(door, "GET", `/staging/${noise(900)}?${noise(1_800)}`, {
      address,
      headers: { "user-agent": noise(300) },
    });
    expect(answer.status).toBe(404);
  }
}

const flush = () => world.platform.requestLog.flush();

/** Rows as they are, and what they and the figures say of the number of calls. */
async function logged() {
  await flush();
  const sql = sqlOf(world);
  const rows =
    await sql`select key_id, path, query, agent, stands_for, request_headers from requests order by key_id, entry`;
  const [figures] = await sql`
    select coalesce((select sum(calls) from usage_hourly), 0)::int as hourly,
      coalesce((select sum(calls) from usage_totals), 0)::int as totals`;
  return { rows, whole: rows.filter(({ stands_for }) => stands_for === null).length, figures };
}

describe("Calls of nobody known", () => {
  test("have a row each up to 120 a minute and network; of the others one in a hundred, and all are counted", async () => {
    await strangersCall(320, "203.0.113.7");
    await strangersCall(100, "203.0.113.200");
    const { rows, whole, figures } = await logged();
    expect(figures).toEqual({ hourly: 420, totals: 420 });
    expect(whole).toBe(120);
    const samples = rows.filter(({ stands_for }) => stands_for !== null);
    expect(samples).toHaveLength(3);
    for (const { stands_for, path, query, agent } of samples) {
      expect(stands_for).toBe(100);
      expect(path).toHaveLength(200);
      expect(query).toBeNull();
      expect(agent).toHaveLength(200);
    }
    expect(world.platform.requestLog.figures).toMatchObject({ held: 0, written: 123, counted: 297 });
  });

  test("of another network, and of the next minute, have rows of their own", async () => {
    await changeRequestLogSettings(world.context(), { anonymousRowsPerMinute: 3 });
    await strangersCall(5, "2001:db8:1:1::7");
    await strangersCall(5, "2001:db8:1:2::7");
    expect((await logged()).rows).toHaveLength(3);
    await strangersCall(5, "2001:db8:2::7");
    expect((await logged()).rows).toHaveLength(6);
    world.clock.advance(60);
    await strangersCall(5, "2001:db8:1:1::7");
    expect(await logged()).toMatchObject({ whole: 9, figures: { hourly: 20, totals: 20 } });
  });

  test("take no row from a known key, whether it is served or refused", async () => {
    await changeRequestLogSettings(world.context(), { anonymousRowsPerMinute: 1 });
    const { secret, key } = await world.key({ rateLimits: { minute: 3 } });
    await strangersCall(20, "203.0.113.7");
    for (const _ of Array(6))
      await call(door, "GET", "/staging/key", { key: secret, address: "203.0.113.7" });
    const { rows, figures } = await logged();
    expect(rows.filter(({ key_id }) => key_id === key.id)).toHaveLength(6);
    expect(rows).toHaveLength(7);
    expect(figures?.totals).toBe(26);
  });

  test("all have a row where the setting is 0", async () => {
    await changeRequestLogSettings(world.context(), { anonymousRowsPerMinute: 0 });
    await strangersCall(150, "203.0.113.7");
    expect(await logged()).toMatchObject({ whole: 150, figures: { totals: 150 } });
  });
});

/** Lets today's log take so many bytes more. */
async function fill(bytes: number): Promise<void> {
  const rows = Math.ceil(bytes / 2_048);
  await ensureDays(sqlOf(world), [world.clock.now()]);
  await sqlOf(world)`
    insert into requests (at, entry, request_id, environment, method, path, status, duration_ms, request_bytes, response_bytes)
    select ${world.clock.now().toISOString()}::timestamptz, gen_random_uuid(), 'req_filler', 'staging', 'GET', repeat(md5(n::text), 55), 200, 1, 0, 0
    from generate_series(1, ${rows}) as n`;
  world.clock.advance(6);
}

describe("A day's budget", () => {
  test("goes first to the facts of known keys' calls, is told in the log, and every call is counted", async () => {
    await changeRequestLogSettings(world.context(), { headers: true, dailyMegabytes: 16 });
    const { secret, key } = await world.key();
    const bothCall = async () => {
      await flush();
      await sqlOf(world)`truncate usage_totals`;
      expect((await call(door, "GET", "/staging/key", { key: secret })).status).toBe(200);
      await call(door, "GET", "/staging/key");
      const { rows, figures } = await logged();
      expect(figures?.totals).toBe(2);
      await sqlOf(world)`delete from requests where request_id <> 'req_filler'`;
      const ours = rows.filter(({ path }) => path.startsWith("/api"));
      return ours.map(({ key_id, request_headers }) => [key_id, request_headers !== null]);
    };
    const { requestLog } = world.platform;
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
    expect(await getLogState(world.context(), requestLog)).toEqual(requestLog.state);
    expect(await bothCall()).toEqual([]);
    expect(world.log()).toContain("nears its budget for the day");
    world.clock.advance(DAY);
    await requestLog.look();
    expect(await bothCall()).toHaveLength(2);
    expect(world.log()).toContain("keeps every call again");
  });

  test("is by the disk where nobody has set one: half of it for all days that are kept", async () => {
    const disk = { size: 310 * 1_024 * MIB, free: 300 * 1_024 * MIB };
    const recorder = new RequestRecorder({ ...world.platform, diskSpace: async () => disk });
    expect(await recorder.look()).toMatchObject({ budgetBytes: 5 * 1_024 * MIB, keeps: "everything" });
    // And where the disk cannot be seen, as much as fits most.
    expect((await world.platform.requestLog.look()).budgetBytes).toBe(10_240 * MIB);
  });
});

describe("A disk that is nearly full", () => {
  const size = 100 * 1_024 * MIB;
  let disk: DiskSpace;
  let requestLog: RequestRecorder;

  beforeEach(() => {
    disk = { size, free: size };
    requestLog = new RequestRecorder({ ...world.platform, diskSpace: async () => disk });
    door = inProcess({ platform: { ...world.platform, requestLog } });
  });
  afterEach(() => requestLog.close(1));

  const callAt = async (free: number, secret: string) => {
    disk = { size, free };
    world.clock.advance(6);
    await requestLog.look();
    expect((await call(door, "GET", "/staging/key", { key: secret })).status).toBe(200);
    await requestLog.flush();
    const { rows, figures } = await logged();
    return { rows: rows.length, calls: figures?.hourly };
  };

  test("ends rows and no calls, keeps the figures exact, and is over by itself", async () => {
    const { secret, key } = await world.key();
    const floor = 2_048 * MIB;
    expect(await callAt(floor, secret)).toEqual({ rows: 1, calls: 1 });
    expect(await callAt(floor - 1, secret)).toEqual({ rows: 1, calls: 2 });
    expect(requestLog.state).toMatchObject({ keeps: "counts", because: "disk", disk: { floor } });
    expect(world.log()).toContain("The disk is nearly full");
    // Not with the first byte that is free again.
    expect(await callAt(floor, secret)).toEqual({ rows: 1, calls: 3 });
    expect(await callAt(floor * 1.1, secret)).toEqual({ rows: 2, calls: 4 });
    expect(requestLog.figures).toMatchObject({ written: 2, counted: 2, held: 0, turnedAway: 0 });
    const [network] = await sqlOf(world)`select calls::int from key_networks where key_id = ${key.id}`;
    expect(network).toEqual({ calls: 4 });
  });

  test("is seen also while Postgres does not answer", async () => {
    await sqlOf(world)`alter table settings rename to away`;
    disk = { size, free: 1 };
    expect(await requestLog.look()).toMatchObject({ keeps: "counts", because: "disk" });
    await sqlOf(world)`alter table away rename to settings`;
  });
});
