import { migrationsBefore } from "@test/support/migrations";
import { createTestDatabase, type TestDatabase } from "@test/support/postgres";
import { getTableColumns, is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/server/core/ids";
import { migrateDatabase } from "@/server/database/migrate";
import * as schema from "@/server/database/schema";

const TABLES = Object.values(schema).filter((one) => is(one, PgTable));

const inSql = (name: string) => name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

test.each(TABLES.map((table) => [getTableConfig(table).name, table] as const))(
  "Each field of %s has one name in the code and in SQL",
  (_name, table) => {
    const columns = Object.entries(getTableColumns(table));
    expect(columns.length).toBeGreaterThan(0);
    expect(columns.map(([, column]) => column.name)).toEqual(columns.map(([name]) => inSql(name)));
  },
);

describe("The migration that renames columns", () => {
  let database: TestDatabase;
  let sql: postgres.Sql;
  const key = newId("key");
  const found = newId("fnd");
  const resumedAt = "2026-11-20T08:00:00.000Z";
  const dormantSince = "2026-08-01T08:00:00.000Z";
  const overlapUntil = new Date("2026-11-30T08:00:00.000Z");
  const rowId = "0193b3d0-0000-7000-8000-000000000000";

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: false });
    sql = postgres(database.url, { max: 1, onnotice: () => undefined });
    await migrateDatabase(database.url, {
      folder: migrationsBefore("columns_by_the_names_of_the_code"),
    });
    await sql`
      insert into api_keys (id, name, environment, digest, display, previous_digest, previous_display, previous_until,
        woke_at, slept_since, permissions, rate_limits, created_by, created_at, updated_at)
      values (${key}, 'Website', 'staging', sha256('b'), 'kw_stag_New1…x9Qz', sha256('a'), 'kw_stag_Old1…x9Qz',
        ${overlapUntil}, ${resumedAt}, ${dormantSince}, '{}', '{}', 'somebody', now(), now())`;
    await sql`
      insert into findings (id, key_id, kind, rank, evidence, mark, first_found_at, still_at, muted_at, muted_by, muted_reason)
      values (${found}, ${key}, 'woke_up', 2,
        ${sql.json({ kind: "woke_up", wokeAt: resumedAt, sleptSince: dormantSince })}, ${resumedAt}, now(), now(), now(),
        'somebody', 'Known')`;
    await sql`
      insert into requests (at, entry, request_id, environment, method, path, status, duration_ms, key_id, secret,
        request_bytes, response_bytes)
      values (now(), ${rowId}, ${newId("req")}, 'staging', 'GET', '/api/v1/staging/key', 200, 1, ${key}, 'previous', 0, 9)`;
    await migrateDatabase(database.url);
  });
  afterAll(async () => {
    await sql?.end();
    await database?.drop();
  });

  test("keeps what the columns held", async () => {
    expect(
      await sql`select masked_key, previous_masked_key, overlap_until, resumed_at, dormant_since from api_keys`,
    ).toEqual([
      {
        masked_key: "kw_stag_New1…x9Qz",
        previous_masked_key: "kw_stag_Old1…x9Qz",
        overlap_until: overlapUntil,
        resumed_at: new Date(resumedAt),
        dormant_since: new Date(dormantSince),
      },
    ]);
    expect(await sql`select row_id, used_secret from requests`).toEqual([
      { row_id: rowId, used_secret: "previous" },
    ]);
  });

  test("keeps a finding that was muted, under the new name of its kind", async () => {
    expect(await sql`select id, kind, severity, fingerprint, evidence, muted_reason from findings`).toEqual([
      {
        id: found,
        kind: "resumed",
        severity: 2,
        fingerprint: resumedAt,
        evidence: { kind: "resumed", resumedAt, dormantSince },
        muted_reason: "Known",
      },
    ]);
  });
});
