import { createHash } from "node:crypto";
import { adminOf, newEmail } from "@test/support/fixture";
import { migrationsBefore } from "@test/support/migrations";
import { createTestDatabase, type TestDatabase } from "@test/support/postgres";
import { suiteFixture } from "@test/support/suite";
import postgres from "postgres";
import { beforeAll, expect, test } from "vitest";
import { connectDatabases } from "@/server/database/connections";
import { migrateDatabase } from "@/server/database/migrate";
import { verifyAudit } from "@/server/services/audit";
import { createCustomer } from "@/server/services/customers";
import { revokeKey, revokeKeys, updateKey } from "@/server/services/keys";
import { sqlOf } from "../support";

const fixture = suiteFixture();
let sql: postgres.Sql;

beforeAll(async () => {
  sql = sqlOf(fixture);
});

const ZEROS = "0".repeat(64);

const netstring = (text: string | null) => (text === null ? "-" : `${Buffer.byteLength(text)}:${text},`);

test("A row's hash is the one that the documented form gives, by hand", async () => {
  const requestId = "req_01kaq6c5y0e7v8zq3w9t4m2b1n" as const;
  const ctx = { ...fixture.context(adminOf("owner")), requestId, ip: "2001:db8::7" };
  const { key } = await fixture.key({ name: "Ünïcødé 🔑" });
  await updateKey(ctx, { id: key.id, name: 'b"\\\n' });
  const rows = await sql`
    select *, before::text as was, after::text as became, position::text as place from audit_events order by position`;
  let previous = ZEROS;
  for (const row of rows) {
    const fields = [
      previous,
      row.place,
      row.id,
      new Date(row.at).toISOString(),
      row.actor_kind,
      row.actor_id,
      row.actor,
      row.action,
      row.subject_id,
      row.subject_name,
      row.environment,
      row.was,
      row.became,
      row.request_id,
      row.ip,
    ];
    const hash = createHash("sha256").update(fields.map(netstring).join("")).digest("hex");
    expect(row.hash.toString("hex")).toBe(hash);
    previous = hash;
  }
  expect(rows.length).toBe(2);
  expect(await verifyAudit(fixture.context())).toEqual({
    head: { position: 2, hash: previous },
    complete: true,
    broken: null,
  });
});

test("Writers at the same time, and those that fail, leave neither a gap nor a fork, nor lock each other out", async () => {
  const keys = await Promise.all(Array.from({ length: 12 }, () => fixture.key()));
  const ids = keys.map(({ key }) => key.id);
  const admin = fixture.context(adminOf("owner"));
  const missing = { id: "key_01kaq6c5y0e7v8zq3w9t4m2b1n", reason: "" } as const;
  const outcomes = await Promise.allSettled([
    ...ids.map((id) => updateKey(admin, { id, name: "changed" })),
    revokeKeys(admin, { ids, reason: "" }),
    ...ids.toReversed().map((id) => revokeKey(admin, { id, reason: "" })),
    revokeKeys(admin, { ids: ids.slice(3), reason: "" }),
    ...ids.map(() => revokeKey(admin, missing)),
  ]);
  const failed = outcomes.filter(({ status }) => status === "rejected");
  expect(failed).toHaveLength(ids.length);
  const rolledBack = sql.begin(async (tx) => {
    await tx`insert into audit_events (id, at, actor_kind, actor, action, subject_id, subject_name)
             values ('aud_x', now(), 'system', 'x', 'key.update', 'x', 'x')`;
    throw new Error("changed my mind");
  });
  await expect(rolledBack).rejects.toThrow("changed my mind");
  await fixture.customer();
  const [count] = await sql`select count(*)::int as rows, max(position)::int as last from audit_events`;
  expect(count?.last).toBe(count?.rows);
  const { head, broken } = await verifyAudit(fixture.context());
  expect({ position: head.position, broken }).toEqual({ position: count?.rows, broken: null });
});

test("Nobody can choose a row's place or hash, and rows that others insert are chained as well", async () => {
  await sql`insert into audit_events (position, id, at, actor_kind, actor, action, subject_id, subject_name, hash)
            values (7, 'aud_by_hand', now(), 'system', 'psql', 'key.update', 'x', 'x', '\\x00'),
                   (7, 'aud_by_hand_2', now(), 'system', 'psql', 'key.update', 'x', 'x', '\\x00')`;
  expect((await verifyAudit(fixture.context())).broken).toBeNull();
  const [fork] = await Promise.allSettled([
    sql.begin("isolation level repeatable read", async (tx) => {
      await tx`select 1 from audit_events`;
      await fixture.customer();
      await tx`insert into audit_events (id, at, actor_kind, actor, action, subject_id, subject_name)
               values ('aud_old', now(), 'system', 'x', 'key.update', 'x', 'x')`;
    }),
  ]);
  expect(fork).toMatchObject({ status: "rejected", reason: { code: "23505" } });
  expect((await verifyAudit(fixture.context())).broken).toBeNull();
});

/** A database as an installation has it that has not been upgraded since before the chain. */
async function oldDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase({ migrated: false });
  await migrateDatabase(database.url, { folder: migrationsBefore("audit_hash_chain") });
  return database;
}

test("An upgrade chains the rows that are there, in their order, and nothing else about them changes", async () => {
  const database = await oldDatabase();
  const old = postgres(database.url, { max: 1, onnotice: () => undefined });
  const databases = connectDatabases(database.url, { poolSize: 1, pooling: "session" });
  try {
    // Places that rolled-back transactions left empty, as an identity column does.
    await old`
      insert into audit_events (position, id, at, actor_kind, actor, action, subject_id, subject_name, after)
      overriding system value
      select n * 3, 'aud_' || n, now(), 'admin', 'ädmin', 'key.create', 'key_' || n, 'n', '{"b": 1.50, "a": [null]}'
      from generate_series(1, 40) n`;
    const columns = old`id, at, actor_kind, actor, action, subject_id, subject_name, before, after`;
    const before = await old`select ${columns} from audit_events order by position`;
    await migrateDatabase(database.url);
    expect(await old`select ${columns} from audit_events order by position`).toEqual(before);
    const upgraded = { ...fixture.context(), databases };
    await createCustomer(upgraded, { environment: "staging", email: newEmail() });
    const { head, broken } = await verifyAudit(upgraded);
    expect({ position: head.position, broken }).toEqual({ position: 41, broken: null });
    await expect(Promise.resolve(old`delete from audit_events`)).rejects.toThrow("append-only");
  } finally {
    await databases.end();
    await old.end();
    await database.drop();
  }
});
