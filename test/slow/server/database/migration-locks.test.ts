import { call, inProcess } from "@test/support/calls";
import { createFixture, type Fixture, newEmail } from "@test/support/fixture";
import { migrationsAnd } from "@test/support/migrations";
import { createTestDatabase } from "@test/support/postgres";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLogger } from "@/server/core/logger";
import { migrateDatabase } from "@/server/database/migrate";

const ADD_COLUMN = "ALTER TABLE customers ADD COLUMN next text;";
/** Calls that are served while the start waits. */
const MANY = 20;
const lines: string[] = [];
const logger = createLogger("info", { write: (line) => void lines.push(line) });

let fixture: Fixture;
let other: postgres.Sql;

beforeEach(async () => {
  lines.length = 0;
  fixture = await createFixture({}, new Date(), await createTestDatabase({ migrated: false }), {
    logins: true,
  });
  other = postgres(fixture.databaseUrl, { max: 3, onnotice: () => undefined });
});
afterEach(async () => {
  // A session that a failed test has reserved would be waited for.
  await other?.end({ timeout: 1 });
  await fixture?.close();
});

const start = (folder: string) => migrateDatabase(fixture.databaseUrl, { folder, logger });
const migrations = async () => (await other`select from drizzle.__drizzle_migrations`).length;

test("While a transaction stays open on a table, as that of a backup, a start that changes others waits for its end, says for whom, and calls go on", async () => {
  const { secret } = await fixture.key({
    permissions: ["customers:write"],
    rateLimits: { minute: 100_000 },
  });
  const api = inProcess(fixture);
  const blocker = await other.reserve();
  await blocker`begin`;
  // One of those that only the policies touch, long after the migration has its own.
  await blocker`select from telemetry_daily`;
  let isOver = false;
  const starting = start(migrationsAnd(ADD_COLUMN)).finally(() => {
    isOver = true;
  });
  let calls = 0;
  const said = () => lines.some((line) => line.includes("transactions that are open hold the tables"));
  // However few of them a busy machine does until then.
  while (!isOver && (!said() || calls < MANY)) {
    const body = { email: newEmail() };
    const { status, text } = await call(api, "POST", "/staging/customers", { key: secret, body });
    expect(status, text).toBe(201);
    calls++;
  }
  const [row] = await blocker`select pg_backend_pid() as pid`;
  expect(lines.find((line) => line.includes('"inTheWay"'))).toContain(`"pid":${row?.pid}`);
  expect(isOver).toBe(false);
  expect(calls).toBeGreaterThanOrEqual(MANY);
  await blocker`commit`;
  blocker.release();
  await starting;
  expect(await other`select next from customers limit 1`).toEqual([{ next: null }]);
});

describe("A migration that runs beside calls", () => {
  const INDEX = "CREATE INDEX CONCURRENTLY IF NOT EXISTS customers_next ON customers (name);";
  const FILL =
    "UPDATE customers SET name = 'filled' WHERE id IN (SELECT id FROM customers WHERE name IS NULL LIMIT 2);";
  const ONLINE = `-- online: the table may be large\n${INDEX}`;
  const isValid = async () => {
    const [row] =
      await other`select indisvalid as valid from pg_index where indexrelid = to_regclass('customers_next')`;
    return row?.valid;
  };

  beforeEach(async () => {
    for (let count = 0; count < 5; count++) await fixture.customer();
  });

  test("changes rows in batches, each a transaction of its own, and makes its index while rows are written", async () => {
    await start(migrationsAnd(ONLINE, FILL));
    expect(await isValid()).toBe(true);
    const batches = await other`select count(*)::int as rows from customers group by xmin order by rows`;
    expect(batches.map(({ rows }) => rows)).toEqual([1, 2, 2]);
  });

  test("waits for an open transaction with no lock that a write would wait for, and for no start that waits for it", async () => {
    const before = await migrations();
    const writer = await other.reserve();
    await writer`begin`;
    await writer`update customers set name = 'mine'`;
    const folder = migrationsAnd(ONLINE);
    const both = [start(folder), start(folder)];
    const waits = () => other`
      select from pg_stat_activity
      where datname = current_database() and query like '%CONCURRENTLY%' and wait_event_type = 'Lock'`;
    await vi.waitFor(async () => expect(await waits()).toHaveLength(1), { timeout: 10_000 });
    await other`insert into customers (id, environment, email, created_at, updated_at)
      values ('cus_beside', 'staging', ${newEmail()}, now(), now())`;
    await writer`commit`;
    writer.release();
    await Promise.all(both);
    expect([await isValid(), await migrations()]).toEqual([true, before + 1]);
  });

  test("that fails is not noted as done, and the next start does it anew", async () => {
    await other`update customers set name = 'twice'`;
    const folder = migrationsAnd(ONLINE.replace("CREATE INDEX", "CREATE UNIQUE INDEX"));
    const before = await migrations();
    await expect(start(folder)).rejects.toThrow(/could not create unique index/);
    expect([await isValid(), await migrations()]).toEqual([false, before]);
    await other`update customers set name = id`;
    await start(folder);
    expect([await isValid(), await migrations()]).toEqual([true, before + 1]);
  });

  test("is part of the one transaction in which a new database is made", async () => {
    const database = await createTestDatabase({ migrated: false });
    try {
      await migrateDatabase(database.url, { folder: migrationsAnd(ONLINE, FILL) });
      const sql = postgres(database.url, { max: 1 });
      const noted = await sql`select distinct xmin::text from drizzle.__drizzle_migrations`;
      await sql.end();
      expect(noted).toHaveLength(1);
    } finally {
      await database.drop();
    }
  });
});
