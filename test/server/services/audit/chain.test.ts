import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createTestDatabase, type TestDatabase } from "@test/support/postgres";
import { adminOf, createWorld, newEmail, type World } from "@test/support/world";
import postgres from "postgres";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { connectDatabases } from "@/server/db/connections";
import { migrateDatabase } from "@/server/db/migrate";
import { checkAudit, getAuditIntegrity, listAuditHeads, verifyAudit } from "@/server/services/audit";
import { createCustomer } from "@/server/services/customers";
import { revokeKey, revokeKeys, updateKey } from "@/server/services/keys";
import { sqlOf } from "../support";

let world: World;
let sql: postgres.Sql;

beforeAll(async () => {
  world = await createWorld();
  sql = sqlOf(world);
});
afterAll(() => world?.close());

const ZEROS = "0".repeat(64);

/** A world of its own with so many rows in its audit. */
async function worldOf(rows: number): Promise<World> {
  const other = await createWorld();
  for (let n = 0; n < rows; n++) await other.customer();
  return other;
}

/** Does to the audit what only its owner can: with the triggers off. */
async function tamper(target: World, ...statements: string[]): Promise<void> {
  const owner = sqlOf(target);
  const all = ["alter table audit_events disable trigger user", ...statements];
  await owner.unsafe([...all, "alter table audit_events enable trigger user"].join("; "));
}

const netstring = (text: string | null) => (text === null ? "-" : `${Buffer.byteLength(text)}:${text},`);

test("A row's hash is the one that the documented form gives, by hand", async () => {
  const requestId = "req_01kaq6c5y0e7v8zq3w9t4m2b1n" as const;
  const ctx = { ...world.context(adminOf("owner")), requestId, ip: "2001:db8::7" };
  const { key } = await world.key({ name: "Ünïcødé 🔑" });
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
  expect(await verifyAudit(world.context())).toEqual({
    head: { position: 2, hash: previous },
    complete: true,
    broken: null,
  });
});

test("Writers at the same time, and those that fail, leave neither a gap nor a fork, nor lock each other out", async () => {
  const keys = await Promise.all(Array.from({ length: 12 }, () => world.key()));
  const ids = keys.map(({ key }) => key.id);
  const admin = world.context(adminOf("owner"));
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
  await world.customer();
  const [count] = await sql`select count(*)::int as rows, max(position)::int as last from audit_events`;
  expect(count?.last).toBe(count?.rows);
  const { head, broken } = await verifyAudit(world.context());
  expect({ position: head.position, broken }).toEqual({ position: count?.rows, broken: null });
});

test("Nobody can choose a row's place or hash, and rows that others insert are chained as well", async () => {
  await sql`insert into audit_events (position, id, at, actor_kind, actor, action, subject_id, subject_name, hash)
            values (7, 'aud_by_hand', now(), 'system', 'psql', 'key.update', 'x', 'x', '\\x00'),
                   (7, 'aud_by_hand_2', now(), 'system', 'psql', 'key.update', 'x', 'x', '\\x00')`;
  expect((await verifyAudit(world.context())).broken).toBeNull();
  const [fork] = await Promise.allSettled([
    sql.begin("isolation level repeatable read", async (tx) => {
      await tx`select 1 from audit_events`;
      await world.customer();
      await tx`insert into audit_events (id, at, actor_kind, actor, action, subject_id, subject_name)
               values ('aud_old', now(), 'system', 'x', 'key.update', 'x', 'x')`;
    }),
  ]);
  expect(fork).toMatchObject({ status: "rejected", reason: { code: "23505" } });
  expect((await verifyAudit(world.context())).broken).toBeNull();
});

/** Gives a row the hash that its content has, as somebody would who knows how. */
const REHASH = (position: number) =>
  `update audit_events a set hash = audit_event_hash(a) where position = ${position}`;

test.each([
  ["an edited actor", ["update audit_events set actor = 'nobody' where position = 3"], 3, "edited"],
  [
    "an edited time, by a millisecond",
    ["update audit_events set at = at + interval '1 ms' where position = 3"],
    3,
    "edited",
  ],
  [
    "an edited value",
    [`update audit_events set after = jsonb_set(after, '{email}', '"x"') where position = 1`],
    1,
    "edited",
  ],
  ["a field made empty", ["update audit_events set environment = null where position = 6"], 6, "edited"],
  [
    "text moved from one field to the next",
    [
      "update audit_events set subject_id = subject_id || 'a', subject_name = substr(subject_name, 2) where position = 2",
    ],
    2,
    "edited",
  ],
  [
    "an edit by somebody who computes the hash too",
    ["update audit_events set actor = 'nobody' where position = 3", REHASH(3)],
    4,
    "replaced",
  ],
  ["a row deleted in the middle", ["delete from audit_events where position = 3"], 3, "missing"],
  ["rows deleted at the beginning", ["delete from audit_events where position < 3"], 1, "missing"],
  [
    "a row deleted, and the others moved up",
    [
      "delete from audit_events where position = 3",
      "update audit_events set position = position - 1 where position = 4",
      "update audit_events set position = position - 1 where position = 5",
      "update audit_events set position = position - 1 where position = 6",
    ],
    3,
    "edited",
  ],
  [
    "two rows that changed places",
    [
      "update audit_events set position = 99 where position = 2",
      "update audit_events set position = 2 where position = 5",
      "update audit_events set position = 5 where position = 99",
    ],
    2,
    "edited",
  ],
  [
    "two rows that changed everything but their places",
    [
      `update audit_events a set id = a.id || 'x', actor = b.actor, subject_id = b.subject_id, subject_name = b.subject_name,
         before = b.before, after = b.after from audit_events b where (a.position, b.position) in ((2, 4), (4, 2))`,
    ],
    2,
    "edited",
  ],
  [
    "a row slipped in at the end with a hash of its own",
    [
      `insert into audit_events select 7, 'aud_y', at, actor_kind, actor_id, actor, action, subject_id, subject_name,
         environment, before, after, request_id, ip, previous_hash, hash from audit_events where position = 6`,
      REHASH(7),
    ],
    7,
    "replaced",
  ],
])("%s is found, at the first row that is not right", async (_, statements, position, fault) => {
  const other = await worldOf(6);
  try {
    await tamper(other, ...statements);
    const { broken, head } = await verifyAudit(other.context());
    expect(broken).toMatchObject({ position, fault, id: expect.stringMatching(/^aud_/) });
    expect(head.position).toBe(position - 1);
  } finally {
    await other.close();
  }
});

test("A cut end, and a history rewritten as a whole, show only against a head that was kept, and there they do", async () => {
  const other = await worldOf(6);
  try {
    const [kept] = await listAuditHeads(other.context(), { days: 1 });
    expect(kept).toMatchObject({ day: "2023-11-23", position: 6 });
    expect((await verifyAudit(other.context(), { kept })).broken).toBeNull();

    await tamper(other, "delete from audit_events where position > 4");
    expect((await verifyAudit(other.context())).broken).toBeNull();
    const cut = await verifyAudit(other.context(), { kept });
    expect(cut.broken).toMatchObject({ position: 5, fault: "cut", id: null });

    await other.customer();
    await other.customer();
    await other.customer();
    expect((await verifyAudit(other.context())).broken).toBeNull();
    const rewritten = await verifyAudit(other.context(), { kept });
    expect(rewritten.broken).toMatchObject({ position: 6, fault: "rewritten" });
  } finally {
    await other.close();
  }
});

test("Heads are those of the end of each day that had changes", async () => {
  const other = await worldOf(2);
  try {
    other.clock.advance(3 * 86_400);
    expect(await listAuditHeads(other.context(), { days: 1 })).toMatchObject([{ day: "2023-11-23" }]);
    await other.customer();
    const heads = await listAuditHeads(other.context(), { days: 4 });
    expect(heads.map(({ day, position }) => [day, position])).toEqual([
      ["2023-11-26", 3],
      ["2023-11-23", 2],
    ]);
    expect(await listAuditHeads(other.context(), { days: 1 })).toEqual(heads.slice(0, 1));
  } finally {
    await other.close();
  }
});

test("The console's check goes on where it stopped, is remembered, and meets what was done to the rest", async () => {
  const other = await worldOf(3);
  const ctx = other.context();
  try {
    expect(await getAuditIntegrity(ctx)).toEqual({ checked: null, newest: 3 });
    const checked = { position: 3, at: other.clock.now().toISOString(), broken: null };
    expect(await checkAudit(ctx, { restart: true })).toEqual({ checked, newest: 3 });
    await other.customer();
    expect(await getAuditIntegrity(ctx)).toEqual({ checked, newest: 4 });
    expect((await checkAudit(ctx, { restart: false })).checked).toMatchObject({ position: 4, broken: null });

    // Behind the checkpoint: going on cannot see it, starting again does.
    await tamper(other, "update audit_events set actor = 'nobody' where position = 2");
    expect((await checkAudit(ctx, { restart: false })).checked?.broken).toBeNull();
    expect((await checkAudit(ctx, { restart: true })).checked?.broken).toMatchObject({ position: 2 });
    expect((await getAuditIntegrity(ctx)).checked).toMatchObject({
      position: 1,
      broken: { fault: "edited" },
    });

    // Cut off: the farthest row that was ever right is remembered.
    await tamper(
      other,
      "update audit_events set actor = 'command line'",
      "delete from audit_events where position = 4",
    );
    for (const restart of [false, true])
      expect((await checkAudit(ctx, { restart })).checked?.broken).toMatchObject({
        position: 4,
        fault: "cut",
      });
  } finally {
    await other.close();
  }
});

test("A check of more rows than one call takes ends between them, and the next call goes on", async () => {
  const other = await createWorld();
  try {
    await sqlOf(other)`
      insert into audit_events (id, at, actor_kind, actor, action, subject_id, subject_name)
      select 'aud_' || n, now(), 'system', 'x', 'key.update', 'x', 'x' from generate_series(1, 2500) n`;
    const first = await verifyAudit(other.context(), { limit: 1_000 });
    expect(first).toMatchObject({ head: { position: 1_000 }, complete: false, broken: null });
    const rest = await verifyAudit(other.context(), { after: first.head });
    expect(rest).toMatchObject({ head: { position: 2_500 }, complete: true, broken: null });
    await tamper(other, "delete from audit_events where position = 1000");
    const gone = await verifyAudit(other.context(), { after: first.head });
    expect(gone.broken).toMatchObject({ position: 1_000, fault: "missing" });
  } finally {
    await other.close();
  }
});

/** A database as an installation has it that has not been upgraded since before the chain. */
async function oldDatabase(): Promise<TestDatabase> {
  const folder = path.join(inject("scratchDirectory"), "migrations-before-the-chain");
  mkdirSync(folder);
  cpSync("drizzle", folder, { recursive: true });
  const file = path.join(folder, "meta/_journal.json");
  const journal = JSON.parse(readFileSync(file, "utf8"));
  const chain = journal.entries.findIndex(({ tag }: { tag: string }) => tag.endsWith("audit_hash_chain"));
  expect(chain).toBeGreaterThan(0);
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, chain) }));
  const database = await createTestDatabase({ migrated: false });
  await migrateDatabase(database.url, folder);
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
    const upgraded = { ...world.context(), databases };
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
