import { readFileSync } from "node:fs";
import { newCall, rowsOfCalls } from "@test/gateway/request-log/logged-call";
import { sqlOf } from "@test/server/services/support";
import { call, inProcess } from "@test/support/calls";
import { startClickHouse, type TestClickHouse } from "@test/support/clickhouse";
import { createFixture, type Fixture } from "@test/support/fixture";
import { createMountedFixture } from "@test/support/mounted-fixture";
import { addRequest, loggedCalls } from "@test/support/requests";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import { clickHouseLine } from "@/gateway/request-log/clickhouse-rows";
import type { LoggedCall } from "@/gateway/request-log/rows";
import { REQUESTS_TABLE } from "@/server/clickhouse/requests-table";
import { newId } from "@/server/core/ids";
import { deploymentOf } from "@/server/runtime/runtime";
import { examineInstallation } from "@/server/services/health";
import { answersFromNow } from "./faults/back";
import { Traffic } from "./faults/traffic";

const PATIENCE_MS = 60_000;

let server: TestClickHouse;
let fixture: Fixture;

beforeAll(async () => {
  server = await startClickHouse();
});
afterAll(() => server?.close());
beforeEach(async () => {
  await server.select(`DROP TABLE IF EXISTS ${REQUESTS_TABLE} SYNC`);
  fixture = await createFixture({ CLICKHOUSE_URL: server.url }, new Date());
});
afterEach(async () => {
  await fixture?.close();
  await fixture?.runtime.clickhouse?.close();
});

const writer = () => {
  const { clickhouse } = fixture.runtime.requestLog;
  if (!clickhouse) throw new Error("The fixture has CLICKHOUSE_URL.");
  return clickhouse;
};
const there = (columns: string, rest = "") =>
  server.select<Record<string, unknown>>(`SELECT ${columns} FROM ${REQUESTS_TABLE} ${rest}`);
const count = async (final = "") => Number((await there("count() AS calls", final))[0]?.calls);
const untilSent = () =>
  vi.waitFor(() => expect(writer().stats.queued).toBe(0), { timeout: PATIENCE_MS, interval: 50 });

/** As many calls with a key, one after the other. @returns their request ids */
async function makeCalls(number: number, secret: string): Promise<string[]> {
  const ids: string[] = [];
  for (let made = 0; made < number; made++) {
    const path = made % 3 === 0 ? `/staging/customers/${newId("cus")}?limit=1` : "/staging/key";
    const answer = await call(inProcess(fixture), "GET", path, { key: secret });
    ids.push(answer.headers.get("x-request-id") ?? "");
  }
  return ids;
}

describe("A row in ClickHouse", () => {
  test("says what Postgres' says, whole, and by types that an analyst expects", async () => {
    await sqlOf(fixture)`insert into settings values ('requestLog', '{"headers": true, "bodies": true}')`;
    const { secret, key } = await fixture.key({ rateLimits: { minute: 100, day: 1_000 } });
    const api = inProcess(fixture);
    const headers = { "user-agent": "acme 'sync'\t2.1\\", "x-note": "ü" };
    await call(api, "POST", "/staging/customers", {
      key: secret,
      headers,
      body: { email: "ada@acme.example" },
    });
    await call(api, "GET", `/staging/customers/${newId("cus")}?a=1`, { key: secret, address: "2001:db8::7" });
    await call(api, "GET", "/staging/key");
    await fixture.runtime.requestLog.settle();
    const rows = (await loggedCalls(sqlOf(fixture))).map(({ limits: _, ...row }) => ({
      ...Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? ""])),
      at: new Date(row.at).toISOString().replace("T", " ").replace("Z", ""),
      customers: row.customers ?? [],
      limit_share: row.limit_share,
      request_headers: row.request_headers ?? {},
      network: row.address === "2001:db8::7" ? "2001:db8::/48" : "198.51.100.0/24",
      stands_for: 1,
      duration_ms: expect.closeTo(row.duration_ms, 3),
    }));
    expect(rows).toHaveLength(3);
    expect(await there("*", "ORDER BY at, row_id")).toEqual(rows);
    expect(await there("key_id, request_headers['x-note'] AS note", "WHERE method = 'POST'")).toEqual([
      { key_id: key.id, note: "ü" },
    ]);
  });

  test("takes any text there is: NUL, halves of characters, quotes, backslashes", async () => {
    const odd = `\0 \ud800 x\udfff " ' \\ \\u0000 {} ${"é".repeat(400)}\u{1f600}`;
    const problem = JSON.stringify({ code: "invalid_request", detail: odd });
    const lines = rowsOfCalls([
      newCall(fixture, { path: odd, query: odd, agent: odd, status: 400, problem }),
    ]).requests.map(clickHouseLine);
    writer().take(lines);
    expect(await writer().flush()).toBe(true);
    const [row] = await there("path, agent");
    expect(row).toEqual({ path: JSON.parse(lines[0] ?? "").path, agent: JSON.parse(lines[0] ?? "").agent });
    expect(writer().stats.refused).toBe(0);
  });
});

describe("Every answered call is one row", () => {
  test("after an outage of ClickHouse in the middle", async () => {
    const { secret } = await fixture.key({ rateLimits: { minute: 100_000 } });
    const ids = await makeCalls(300, secret);
    await fixture.runtime.requestLog.settle();
    await server.stop();
    ids.push(...(await makeCalls(300, secret)));
    await fixture.runtime.requestLog.settle();
    expect(writer().stats).toMatchObject({ queued: 300, written: 300 });
    await server.start();
    ids.push(...(await makeCalls(300, secret)));
    await fixture.runtime.requestLog.write();
    await untilSent();
    const stored = (await there("request_id")).map(({ request_id: id }) => id);
    expect(stored.sort()).toEqual(ids.sort());
  });

  test("when ClickHouse stands still, answers too late, and gets the block a second time", async () => {
    const { secret } = await fixture.key({ rateLimits: { minute: 100_000 } });
    await makeCalls(1, secret);
    await fixture.runtime.requestLog.settle();
    process.kill(server.pid, "SIGSTOP");
    const ids = await makeCalls(200, secret);
    await fixture.runtime.requestLog.write();
    await vi.waitFor(() => expect(writer().stats.failures).toBeGreaterThan(0), { timeout: PATIENCE_MS });
    process.kill(server.pid, "SIGCONT");
    await untilSent();
    expect(await count()).toBe(1 + ids.length);
  });

  test("also when the same block is inserted twice; under another token once rows are merged, or read with FINAL", async () => {
    const lines = rowsOfCalls(Array.from({ length: 50 }, () => newCall(fixture))).requests.map(
      clickHouseLine,
    );
    await writer().prepare();
    const { clickhouse } = fixture.runtime;
    const insert = (token: string) =>
      clickhouse?.insert(REQUESTS_TABLE, lines.join("\n"), token, new AbortController().signal);
    for (let attempt = 0; attempt < 3; attempt++) await insert("one");
    expect(await count()).toBe(50);
    await insert("another");
    expect(await count()).toBe(100);
    expect(await count("FINAL")).toBe(50);
  });

  test("where the table is dropped meanwhile, of all that come after", async () => {
    const { secret } = await fixture.key({ rateLimits: { minute: 100_000 } });
    await makeCalls(3, secret);
    await fixture.runtime.requestLog.settle();
    await server.select(`DROP TABLE ${REQUESTS_TABLE} SYNC`);
    await makeCalls(5, secret);
    await fixture.runtime.requestLog.write();
    await untilSent();
    expect(await count()).toBe(5);
  });

  test("but for one that ClickHouse does not take, which is counted", async () => {
    await writer().prepare();
    const lines = rowsOfCalls(Array.from({ length: 100 }, () => newCall(fixture))).requests.map(
      clickHouseLine,
    );
    writer().take([...lines.slice(0, 60), '{"at": "never"}', ...lines.slice(60)]);
    await writer().flush();
    expect(writer().stats).toMatchObject({ queued: 0, written: 100, refused: 1 });
    expect(await count()).toBe(100);
  });
});

describe("Of the built product every answered call is one row", () => {
  const settings = { MAX_CALLS_IN_FLIGHT_PER_KEY: "100" };

  test("when SIGTERM ends it under load, with ClickHouse away for a while before", async () => {
    const world = await createMountedFixture("main.ts", { ...settings, CLICKHOUSE_URL: server.url });
    onTestFinished(() => world.close());
    const { secret: key } = await world.fixture.key({ rateLimits: { day: 1_000_000 } });
    const traffic = new Traffic(world.mount, [{ method: "GET", path: "/staging/key", key }], { callers: 16 });
    await answersFromNow(traffic, 2_000);
    await server.stop();
    await answersFromNow(traffic, 2_000);
    await server.start();
    await answersFromNow(traffic, 2_000);
    await Promise.all([world.mount.stop(), traffic.stop()]);
    const answered = traffic.told.flatMap(({ status, requestId }) => (status === 200 ? [requestId] : []));
    expect(answered.length).toBeGreaterThan(6_000);
    expect((await there("request_id")).map(({ request_id: id }) => id).sort()).toEqual(answered.sort());
    expect(world.mount.output()).toContain("ClickHouse takes the log again");
  });

  test("where Next serves alone", async () => {
    const world = await createMountedFixture("Next catch-all", { ...settings, CLICKHOUSE_URL: server.url });
    onTestFinished(() => world.close());
    const { secret: key } = await world.fixture.key({ rateLimits: { day: 1_000_000 } });
    const ids: string[] = [];
    for (let made = 0; made < 20; made++) {
      const { status, headers } = await call(world.api, "GET", "/staging/key", { key });
      expect(status).toBe(200);
      ids.push(headers.get("x-request-id") ?? "");
    }
    await vi.waitFor(async () => expect(await count()).toBe(ids.length), { timeout: PATIENCE_MS });
    expect((await there("request_id")).map(({ request_id: id }) => id).sort()).toEqual(ids.sort());
  });
});

describe("Doctor", () => {
  const finding = async () => {
    const checks = await examineInstallation(fixture.context(), deploymentOf(fixture.runtime.env));
    return checks.find(({ check }) => check === "ClickHouse");
  };
  const sends = async () => {
    await makeCalls(1, (await fixture.key()).secret);
    await fixture.runtime.requestLog.settle();
  };

  test("names a table that is missing, one with other columns, and calls that are kept for ever", async () => {
    expect(await finding()).toMatchObject({ state: "error", says: expect.stringContaining("has no table") });
    await sends();
    expect(await finding()).toMatchObject({ state: "warning", says: expect.stringContaining("for ever") });
    await server.select(`ALTER TABLE ${REQUESTS_TABLE} MODIFY TTL toDate(at) + INTERVAL 30 DAY`);
    expect(await finding()).toMatchObject({ state: "ok", says: expect.stringMatching(/^ClickHouse 2\d\./) });
    await server.select(
      `ALTER TABLE ${REQUESTS_TABLE} DROP COLUMN agent, MODIFY COLUMN detail LowCardinality(String)`,
    );
    expect(await finding()).toMatchObject({
      state: "warning",
      says: expect.stringContaining("detail is LowCardinality(String), not String; agent is missing"),
    });
    // Rows go in all the same.
    await sends();
    expect(await count()).toBe(2);
  });

  test("says when it is away, and how far it is behind", async () => {
    await sends();
    await server.select(`ALTER TABLE ${REQUESTS_TABLE} MODIFY TTL toDate(at) + INTERVAL 30 DAY`);
    await addRequest(fixture, { at: new Date(Date.now() - 10 * MINUTE_MS) });
    await server.select(`TRUNCATE TABLE ${REQUESTS_TABLE} SYNC`);
    expect(await finding()).toMatchObject({ state: "warning", says: expect.stringContaining("no call yet") });
    await server.stop();
    expect(await finding()).toMatchObject({ state: "error", says: expect.stringContaining("ECONNREFUSED") });
    await server.start();
  });
});

test("The statements of docs/operations.md make the table, and fill a gap from Postgres with the same rows", async () => {
  const { CREATE_REQUESTS } = await import("@/server/clickhouse/requests-table");
  const documented = readFileSync("docs/operations.md", "utf8");
  expect(documented).toContain(`\n${CREATE_REQUESTS};\n`);
  const { secret } = await fixture.key({ rateLimits: { minute: 100_000 } });
  await makeCalls(60, secret);
  await call(inProcess(fixture), "GET", "/staging/nowhere", {
    headers: { traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01` },
  });
  await fixture.runtime.requestLog.settle();
  const before = await there("*", "ORDER BY at, row_id");
  expect(before).toHaveLength(61);
  await server.select(`DELETE FROM ${REQUESTS_TABLE} WHERE cityHash64(row_id) % 2 = 0`);
  expect(await count()).toBeLessThan(61);
  const { host, username, password, pathname } = new URL(fixture.databaseUrl);
  const [, statement = ""] = /\n(INSERT INTO keyward_requests\n[^;]*);/.exec(documented) ?? [];
  const filled = statement
    .replace("postgres.example.com:5432", host)
    .replace(
      "'keyward', 'requests', 'keyward', '…'",
      `'${pathname.slice(1)}', 'requests', '${username}', '${password}'`,
    )
    .replace("2026-11-29 10:00:00", "2000-01-01 00:00:00")
    .replace("2026-11-29 11:00:00", "2100-01-01 00:00:00");
  await server.select(filled);
  expect(await there("*", "FINAL ORDER BY at, row_id")).toEqual(before);
});

test("A row takes less than 50 bytes of ClickHouse's disk", async () => {
  const keys = Array.from({ length: 1_000 }, () => newId("key"));
  await writer().prepare();
  const batches = 200;
  let ms = Date.now() - 3_600_000;
  for (let batch = 0; batch < batches; batch++) {
    // As many as the log's writer takes together under load, a few in each millisecond, of any key.
    const calls = Array.from({ length: 1_000 }, () => {
      ms += Math.random() / 2;
      const at = new Date(ms);
      const id = keys[Math.floor(Math.random() * keys.length)];
      const policies = [{ name: "minute", limit: 1_000, remaining: Math.floor(Math.random() * 1_000) }];
      const auth = { refusedBy: null, key: { id, customers: null, lastUsedAt: at }, limits: { policies } };
      return newCall(fixture, {
        at,
        requestId: newId("req", at.getTime()),
        route: { name: "GET /key", permission: null },
        path: "/api/v1/staging/key",
        address: `198.51.100.${Math.floor(Math.random() * 250)}`,
        agent: "acme-sync/2.1 (linux; x64)",
        durationMs: 1 + Math.random() * 9,
        responseBytes: 300 + Math.floor(Math.random() * 20),
        auth: auth as unknown as LoggedCall["auth"],
      });
    });
    writer().take(rowsOfCalls(calls).requests.map(clickHouseLine));
  }
  await writer().flush();
  await server.select(`OPTIMIZE TABLE ${REQUESTS_TABLE} FINAL`);
  const [size] = await server.select<{ bytes: string; rows: string }>(
    `SELECT sum(bytes_on_disk) AS bytes, sum(rows) AS rows FROM system.parts
     WHERE database = currentDatabase() AND table = '${REQUESTS_TABLE}' AND active`,
  );
  const bytes = Number(size?.bytes) / Number(size?.rows);
  process.stdout.write(`A row of the log takes ${bytes.toFixed(1)} bytes in ClickHouse\n`);
  expect(Number(size?.rows)).toBe(batches * 1_000);
  expect(bytes).toBeLessThan(50);
});
