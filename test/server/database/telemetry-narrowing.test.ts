import { migrationsBefore } from "@test/support/migrations";
import { createTestDatabase, type TestDatabase } from "@test/support/postgres";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Id } from "@/contracts/ids";
import { idSchema } from "@/contracts/schemas/ids";
import { newId } from "@/server/core/ids";
import { migrateDatabase } from "@/server/database/migrate";

const NARROWING = "telemetry_write_no_longer_reads";
const BEFORE = ["licenses:validate", "telemetry:write", "jobs:write"];

let database: TestDatabase;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await createTestDatabase({ migrated: false });
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

async function insertKey(name: string, permissions = BEFORE, environment = "staging"): Promise<Id<"key">> {
  const id = newId("key");
  await sql`
    insert into api_keys (id, name, environment, digest, display, permissions, rate_limits, created_by, created_at, updated_at)
    values (${id}, ${name}, ${environment}, sha256(${name}::bytea), 'kw_stag_Ab12…x9Qz', ${permissions}, '{}', 'somebody',
      now() - interval '1 year', now() - interval '1 year')`;
  return id;
}

const usePermission = (key: Id<"key">, permission: string, days: number) => sql`
  insert into usage_permissions values (${key}, ${permission}, now() - ${days} * interval '1 day')`;

const exportTelemetry = (key: Id<"key">, environment: string) => sql`
  insert into job_records (id, environment, type, status, input, actor_kind, actor_id, actor_name, key_id, run_after, created_at, finished_at)
  values (${newId("job")}, ${environment}, 'telemetry.export', 'succeeded', '{}', 'key', ${key}, 'key', ${key}, now(), now(), now())`;

const fetchResult = (key: Id<"key">, environment: string) => sql`
  insert into usage_hourly values (date_trunc('hour', now()), ${key}, ${environment}, 'GET /jobs/{id}/result', 'jobs:read', 2, '', 1, 1)`;

test("names telemetry:read for the keys that read through telemetry:write in 30 days, takes it from the others, and puts both into the audit", async () => {
  await migrateDatabase(database.url, { folder: migrationsBefore(NARROWING) });
  const [reader, exporter, fetcher] = [
    await insertKey("reader"),
    await insertKey("exporter"),
    await insertKey("fetcher"),
  ];
  const [sender, former] = [await insertKey("sender"), await insertKey("former")];
  const elsewhere = await insertKey("fetches other results", BEFORE, "development");
  const named = await insertKey("named already", ["telemetry:read", "telemetry:write"]);
  const other = await insertKey("no telemetry", ["jobs:write"]);
  await usePermission(reader, "telemetry:read", 29);
  await exportTelemetry(exporter, "staging");
  await fetchResult(fetcher, "staging");
  await usePermission(sender, "telemetry:write", 0);
  await usePermission(former, "telemetry:read", 31);
  await fetchResult(elsewhere, "development");

  await migrateDatabase(database.url);

  const widened = ["licenses:validate", "telemetry:read", "telemetry:write", "jobs:write"];
  const kept = Object.fromEntries(
    (await sql`select id, permissions from api_keys`).map(({ id, permissions }) => [id, permissions]),
  );
  expect(kept).toEqual({
    [reader]: widened,
    [exporter]: widened,
    [fetcher]: widened,
    [sender]: BEFORE,
    [former]: BEFORE,
    [elsewhere]: BEFORE,
    [named]: ["telemetry:read", "telemetry:write"],
    [other]: ["jobs:write"],
  });
  const audit = await sql`
    select id, action, actor, actor_kind, subject_id, subject_name, environment, before, after, hash = audit_event_hash(a) as chained
    from audit_events a order by position`;
  expect(audit.map(({ subject_id }) => subject_id).sort()).toEqual(
    [reader, exporter, fetcher, sender, former, elsewhere].sort(),
  );
  const rowOf = (key: Id<"key">) => audit.find(({ subject_id }) => subject_id === key);
  const common = { action: "key.update", actor: "upgrade", actor_kind: "system", chained: true };
  expect(rowOf(reader)).toMatchObject({
    ...common,
    subject_name: "reader",
    environment: "staging",
    before: { permissions: BEFORE },
    after: { permissions: widened, reason: expect.stringContaining("which this key used") },
  });
  expect(rowOf(sender)).toMatchObject({
    ...common,
    before: { includedPermissions: ["telemetry:read"] },
    after: { includedPermissions: [], reason: expect.stringContaining("which this key did not use") },
  });
  for (const { id } of audit) expect(idSchema("aud").safeParse(id).success, id).toBe(true);
  expect(new Set(audit.map(({ id }) => id)).size).toBe(audit.length);
});
