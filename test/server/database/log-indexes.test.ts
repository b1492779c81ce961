import { migrationsBefore } from "@test/support/migrations";
import { createTestDatabase, type TestDatabase } from "@test/support/postgres";
import { loggedCalls } from "@test/support/requests";
import postgres from "postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newId } from "@/server/core/ids";
import { migrateDatabase } from "@/server/database/migrate";

let database: TestDatabase;
let sql: postgres.Sql;

beforeEach(async () => {
  database = await createTestDatabase({ migrated: false });
  sql = postgres(database.url, { max: 2, onnotice: () => undefined });
});
afterEach(async () => {
  await sql?.end();
  await database?.drop();
});

const KEY = newId("key");

/** As the version before wrote it. */
async function addOldCall(daysAgo: number): Promise<string> {
  const requestId = newId("req");
  await sql`
    insert into requests (at, row_id, request_id, environment, method, route, path, status, duration_ms, key_id, request_bytes, response_bytes)
    values (now() - ${daysAgo} * interval '1 day', gen_random_uuid(), ${requestId}, 'staging', 'GET', 'GET /key',
      '/api/v1/staging/key', 200, 1.5, ${KEY}, 0, 200)`;
  return requestId;
}

/** Of each day's partition its indexes, valid ones, without the name of the table. */
async function indexesOfDays(): Promise<Record<string, string[]>> {
  const rows = await sql<{ day: string; definitions: string[] }[]>`
    select c.relname as day,
      array_agg(regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING ', '') order by 1)
        filter (where i.indisvalid) as definitions
    from pg_inherits join pg_class c on c.oid = inhrelid join pg_index i on i.indrelid = c.oid
    where inhparent = 'requests'::regclass group by 1`;
  return Object.fromEntries(rows.map(({ day, definitions }) => [day, definitions.toSorted()]));
}

test("Days of the log that are there have the same indexes after the upgrade as those made later, and keep their calls", async () => {
  await migrateDatabase(database.url, { folder: migrationsBefore("lighter_indexes_of_the_log") });
  await sql`select ensure_request_partitions((now() at time zone 'UTC')::date - 3, 4)`;
  const ids = [];
  for (const daysAgo of [0, 1, 3]) ids.push(await addOldCall(daysAgo));
  // What an attempt left that broke off: invalid, and of the name.
  const [first] =
    await sql`select min(inhrelid::regclass::text) as name from pg_inherits where inhparent = 'requests'::regclass`;
  await sql`create index ${sql(`${first?.name}_requests_by_time`)} on ${sql(first?.name)} (at)`;
  await sql`update pg_index set indisvalid = false where indexrelid = ${`${first?.name}_requests_by_time`}::regclass`;

  await migrateDatabase(database.url);
  await sql`select ensure_request_partitions((now() at time zone 'UTC')::date + 20, 1)`;

  const days = Object.values(await indexesOfDays());
  expect(days.length).toBeGreaterThan(8);
  for (const definitions of days) expect(definitions).toEqual(days[0]);
  expect(days[0]).toHaveLength(6);
  const parents = await sql`
    select indisvalid as valid from pg_index where indrelid = 'requests'::regclass`;
  expect(parents.map(({ valid }) => valid)).toEqual(Array.from({ length: 6 }, () => true));
  ids.push(await addOldCall(0));
  const logged = (await loggedCalls(sql)).map(({ request_id }) => request_id);
  expect(logged.toSorted()).toEqual(ids.toSorted());
});
