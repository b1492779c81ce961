// @module-tag long
import { sqlOf } from "@test/server/services/support";
import { call, inProcess } from "@test/support/calls";
import {
  CLICKHOUSE_PASSWORD,
  type ClickHouseFront,
  startClickHouseFront,
} from "@test/support/clickhouse-front";
import { createFixture, type Fixture } from "@test/support/fixture";
import { loggedCalls } from "@test/support/requests";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { clickHouseLine } from "@/gateway/request-log/clickhouse-rows";
import { ClickHouseWriter } from "@/gateway/request-log/clickhouse-writer";
import type { RequestLog } from "@/gateway/request-log/request-log";
import type { LoggedCall } from "@/gateway/request-log/rows";
import { connectClickHouse } from "@/server/clickhouse/connection";
import { changeRequestLogSettings } from "@/server/services/settings";
import { newCall, rowsOfCalls } from "./logged-call";

const PATIENCE_MS = 10_000;

let front: ClickHouseFront;
let fixture: Fixture;
let log: RequestLog;

beforeEach(async () => {
  front = await startClickHouseFront();
  fixture = await createFixture({ CLICKHOUSE_URL: front.url });
  log = fixture.runtime.requestLog;
  await log.waitForCapacity();
});
afterEach(async () => {
  await fixture?.close();
  await fixture?.runtime.clickhouse?.close();
  await front?.stop();
});

const record = (count: number, facts: Partial<LoggedCall> = {}) => {
  const calls = Array.from({ length: count }, () => newCall(fixture, facts));
  for (const one of calls) log.record(one);
  return calls.map(({ requestId }) => requestId).sort();
};
const taken = () => front.taken.map(({ request_id: id }) => id).sort();
const until = (done: () => void) => vi.waitFor(done, { timeout: PATIENCE_MS });
const linesOf = (count: number) =>
  rowsOfCalls(Array.from({ length: count }, () => newCall(fixture))).requests.map(clickHouseLine);

/** A writer of one's own, with less room. */
function writerWith(bounds: ConstructorParameters<typeof ClickHouseWriter>[1]): ClickHouseWriter {
  const { clickhouse, clock, logger } = fixture.runtime;
  if (!clickhouse) throw new Error("The fixture has CLICKHOUSE_URL.");
  return new ClickHouseWriter({ clickhouse, clock, logger }, bounds);
}

describe("With CLICKHOUSE_URL", () => {
  test("every row of the log goes there by itself, whole and once, a second after the first", async () => {
    const ids = record(1_200);
    await log.write();
    expect(front.inserts).toEqual([]);
    await until(() =>
      expect(log.clickhouse?.stats).toMatchObject({ queued: 0, written: 1_200, dropped: 0, refused: 0 }),
    );
    expect(front.inserts).toHaveLength(1);
    expect(taken()).toEqual(ids);
  });

  test("a row there says what Postgres' says, with id and path whole", async () => {
    const { secret } = await fixture.key();
    const customer = await fixture.customer();
    const options = { key: secret, headers: { "user-agent": "acme-sync/2.1" } };
    await call(inProcess(fixture), "GET", `/staging/customers/${customer.id}`, options);
    await call(inProcess(fixture), "GET", "/staging/key", options);
    await log.settle();
    const rows = (await loggedCalls(sqlOf(fixture))).map((row) => ({
      ...Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
      network: "198.51.100.0/24",
      at: new Date(row.at).toISOString(),
      duration_ms: expect.any(Number),
    }));
    expect(rows).toHaveLength(2);
    expect(front.taken).toEqual(rows);
  });

  /** Lets today's log in Postgres, which may have 16 MB, take so many rows of 1.8 KB. */
  async function fill(rows: number): Promise<void> {
    await changeRequestLogSettings(fixture.context(), { dailyMegabytes: 16 });
    const { at } = newCall(fixture);
    record(1);
    await log.settle();
    await sqlOf(fixture)`
      insert into requests (at, row_id, request_id, environment, method, path, status, duration_ms, request_bytes, response_bytes)
      select ${at.toISOString()}::timestamptz, gen_random_uuid(), 'req_filler', 'staging', 'GET', repeat(md5(n::text), 55), 200, 1, 0, 0
      from generate_series(1, ${rows}::int) as n`;
    fixture.clock.advance(6);
    await log.look();
  }

  test("strangers' rows go there also when Postgres has room for those of known keys alone, and counts them", async () => {
    await fill(5_000);
    expect(log.state.keeps).toBe("known_keys");
    record(20, { auth: undefined, address: "203.0.113.7", status: 401 });
    record(3);
    await log.flush();
    await log.settle();
    expect(log.stats).toMatchObject({ buffered: 0, written: 4, counted: 20 });
    expect(front.taken).toHaveLength(24);
    expect(front.taken.filter(({ status }) => status === 401)).toHaveLength(20);
    const [stored] = await sqlOf(fixture)`
      select (select count(*) from requests where request_id <> 'req_filler')::int as rows,
        (select sum(calls) from usage_hourly)::int as calls`;
    expect(stored).toEqual({ rows: 4, calls: 24 });
  });

  test("rows go there also when Postgres keeps none, because its budget is spent", async () => {
    await fill(10_000);
    expect(log.state.keeps).toBe("counts");
    record(30);
    await log.settle();
    expect(log.stats).toMatchObject({ written: 1, counted: 30 });
    expect(front.taken).toHaveLength(31);
  });

  test("a stop sends what waits", async () => {
    const ids = record(500);
    await log.close(1);
    expect(taken()).toEqual(ids);
    expect(fixture.log()).not.toContain("could not be sent");
  });

  test("its password is in no line of the log, whatever goes wrong", async () => {
    front.state.behaviour = "refuses";
    record(3);
    await log.settle();
    await front.stop();
    await log.settle();
    expect(fixture.log()).toContain("ClickHouse does not take the log");
    expect(fixture.log()).not.toContain(CLICKHOUSE_PASSWORD);
  });
});

describe("While ClickHouse is away", () => {
  test("rows are kept, and the same block is sent again under the same token", async () => {
    front.state.behaviour = "refuses";
    const first = record(700);
    await log.settle();
    const second = record(30);
    await log.settle();
    expect(log.clickhouse?.stats).toMatchObject({ queued: 730, written: 0 });
    front.state.behaviour = "takes";
    await until(() => expect(taken()).toEqual([...first, ...second].sort()));
    const [attempt, ...others] = front.inserts.filter(({ rows }) => rows.length === 700);
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) expect(other).toEqual(attempt);
    expect(new Set(front.inserts.map(({ token }) => token)).size).toBe(2);
  });

  test("or never answers, Postgres' log and calls go on", async () => {
    front.state.behaviour = "holds";
    record(10);
    const held = log.settle();
    await until(() => expect(front.inserts).toHaveLength(1));
    const { secret } = await fixture.key({ rateLimits: { minute: 100_000 } });
    for (let number = 0; number < 100; number++)
      expect((await call(inProcess(fixture), "GET", "/staging/key", { key: secret })).status).toBe(200);
    await log.flush();
    expect(log.stats).toMatchObject({ buffered: 0, written: 110 });
    expect(await loggedCalls(sqlOf(fixture))).toHaveLength(110);
    expect(front.inserts).toHaveLength(1);
    // Closing gives it up.
    await log.close(1);
    await held;
    expect(fixture.log()).toMatch(/"rows":110,.*could not be sent to ClickHouse/);
  });

  test("what there is no room for is dropped, counted, and told once a minute", async () => {
    front.state.behaviour = "refuses";
    const writer = writerWith({ rows: 100, text: 1_000_000 });
    for (let batch = 0; batch < 5; batch++) writer.take(linesOf(40));
    expect(writer.stats).toMatchObject({ queued: 80, dropped: 120 });
    const told = () => fixture.log().match(/"rows":\d+,"msg":"Rows of the log were dropped/g);
    expect(told()).toEqual(['"rows":40,"msg":"Rows of the log were dropped']);
    fixture.clock.advance(60);
    writer.take(linesOf(40));
    expect(told()?.[1]).toContain('"rows":120,');
    front.state.behaviour = "takes";
    expect(await writer.flush()).toBe(true);
    expect(front.taken).toHaveLength(80);
    await writer.close();
  });

  test("rows with much in them take the room of many", async () => {
    const writer = writerWith({ rows: 100, text: 1_000 });
    for (const size of [900, 200]) writer.take([JSON.stringify({ path: "x".repeat(size) })]);
    expect(writer.stats).toMatchObject({ queued: 1, dropped: 1 });
    await writer.close();
  });
});

describe("What ClickHouse refuses as data", () => {
  test("is found, left out and counted, and all other rows are there", async () => {
    front.state.isBad = ({ status }) => status === 418;
    const good = record(300);
    record(1, { status: 418 });
    const more = record(400);
    await log.settle();
    expect(taken()).toEqual([...good, ...more].sort());
    expect(log.clickhouse?.stats).toMatchObject({ queued: 0, written: 700, refused: 1, failures: 0 });
    expect(fixture.log()).toMatch(
      /"rows":1,"code":"CANNOT_PARSE_INPUT_ASSERTION_FAILED".*were refused by ClickHouse/,
    );
  });

  test("is given up after so many attempts, where it is all of a block", async () => {
    front.state.isBad = () => true;
    record(4_000);
    await log.settle();
    expect(log.clickhouse?.stats).toMatchObject({ queued: 0, written: 0, refused: 4_000 });
    expect(front.inserts.length).toBeLessThan(200);
  });
});

test("Without CLICKHOUSE_URL there is no second writer", async () => {
  const plain = await createFixture();
  expect(plain.runtime.clickhouse).toBeNull();
  expect(plain.runtime.requestLog.clickhouse).toBeNull();
  await plain.close();
});

test("A connection names its place without who signs in", () => {
  expect(connectClickHouse("https://user:hush@logs.example.com:8443/keyward").place).toBe(
    "logs.example.com:8443",
  );
});
