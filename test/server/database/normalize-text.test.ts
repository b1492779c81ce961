import { oldMigrations } from "@test/support/old-installation";
import { createTestDatabase, type TestDatabase } from "@test/support/postgres";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "@/server/core/ids";
import { migrateDatabase } from "@/server/database/migrate";

const COMPOSED = "Zo\u00eb";
const DECOMPOSED = "Zoe\u0308";
/** A letter with a ring and the sign of the unit: neither is composed, and both are the same letter once they are. */
const RING = { letter: "A\u030a", unit: "\u212b", composed: "\u00c5" };

let database: TestDatabase;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await createTestDatabase({ migrated: false });
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  await migrateDatabase(database.url, { folder: oldMigrations() });
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
});

test("Texts of before are brought into one form, and no activation ends, nor does the audit change", async () => {
  const [first, second] = [newId("lic"), newId("lic")];
  await sql`
    insert into customers (id, environment, email, name, created_at, updated_at) values
      (${newId("cus")}, 'staging', 'zoe@acme.example', ${DECOMPOSED}, now(), now()),
      (${newId("cus")}, 'staging', 'nameless@acme.example', null, now(), now())`;
  await sql`
    insert into api_keys (id, name, description, environment, digest, display, permissions, rate_limits, created_by, created_at, updated_at)
    values (${newId("key")}, ${DECOMPOSED}, ${DECOMPOSED}, 'staging', sha256('a'), 'kw_stag_Ab12…x9Qz', '{}', '{}', 'somebody', now(), now())`;
  await sql`
    insert into licenses (id, environment, key, product, activation_count, features, created_at, updated_at) values
      (${first}, 'staging', 'A', ${DECOMPOSED}, 4, ${["export", DECOMPOSED, COMPOSED]}, now(), now()),
      (${second}, 'staging', 'B', 'editor', 1, '{}', now(), now())`;
  const activate = (id: string, license: string, identifier: string, ended: Date | null = null) => sql`
    insert into activations (id, environment, license_id, identifier, created_at, deactivated_at)
    values (${id}, 'staging', ${license}, ${identifier}, now(), ${ended})`;
  await activate("act_1", first, DECOMPOSED);
  await activate("act_2", first, COMPOSED);
  await activate("act_3", first, RING.unit);
  await activate("act_4", first, RING.letter);
  await activate("act_5", first, DECOMPOSED, new Date());
  await activate("act_6", second, DECOMPOSED);
  await sql`
    insert into audit_events (id, at, actor_kind, actor, action, subject_id, subject_name)
    values (${newId("aud")}, now(), 'admin', 'somebody', 'key.create', 'key_1', ${DECOMPOSED})`;
  const audit = () => sql`select encode(hash, 'hex') as hash, subject_name from audit_events`;
  const before = await audit();

  await migrateDatabase(database.url);

  expect(await sql`select name from customers order by id`).toEqual([{ name: COMPOSED }, { name: null }]);
  expect(await sql`select name, description from api_keys`).toEqual([
    { name: COMPOSED, description: COMPOSED },
  ]);
  expect(await sql`select product, features from licenses where id = ${first}`).toEqual([
    { product: COMPOSED, features: ["export", COMPOSED] },
  ]);
  const activations = await sql`
    select id, identifier, deactivated_at is null as active from activations order by id`;
  expect(activations.map(({ id, identifier, active }) => [id, identifier, active])).toEqual([
    ["act_1", DECOMPOSED, true],
    ["act_2", COMPOSED, true],
    ["act_3", RING.composed, true],
    ["act_4", RING.letter, true],
    ["act_5", COMPOSED, false],
    ["act_6", COMPOSED, true],
  ]);
  expect(await audit()).toEqual(before);
  expect(await sql`select from audit_events as event where hash <> audit_event_hash(event)`).toHaveLength(0);
});
