import { sqlOf } from "@test/server/services/support";
import { keyPrincipal } from "@test/support/fixture";
import { suiteFixture } from "@test/support/suite";
import { getTableColumns } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MINUTE_MS } from "@/contracts/durations";
import type { RevealedKey } from "@/contracts/keys";
import { findKey } from "@/gateway/authenticate/look-up";
import type { VerifiedKey } from "@/gateway/authenticate/verified-key";
import { connectDatabases, type Databases } from "@/server/database/connections";
import { migrateDatabase } from "@/server/database/migrate";
import { apiKeys } from "@/server/database/schema";
import { deleteCustomer } from "@/server/services/customers";
import { purgeKeyChanges, regenerateKey, revokeKey } from "@/server/services/keys";

/** Two nodes on one database, each with a cache of its own, on real connections. */
const fixture = suiteFixture();
let other: Databases;

beforeAll(() => {
  const { databaseUrl: url, clock } = fixture;
  other = connectDatabases(url, { poolSize: 1, pooling: "session", clock });
});
afterAll(() => other.end());

/** What the next call with a secret finds, at both nodes. */
async function found(secret: string): Promise<(VerifiedKey | null)[]> {
  const { databases, keyMaterial } = fixture.runtime;
  return Promise.all([
    findKey({ databases, keyMaterial }, secret),
    findKey({ databases: other, keyMaterial }, secret),
  ]);
}

/** A key that both nodes have in their caches. */
async function cachedKey(input: Parameters<typeof fixture.key>[0] = {}): Promise<RevealedKey> {
  const made = await fixture.key(input);
  for (let time = 0; time < 2; time++) {
    for (const one of await found(made.secret)) expect(one).toMatchObject({ id: made.key.id });
  }
  return made;
}

async function changeNumber(): Promise<number> {
  const [row] = await sqlOf(fixture)<{ number: number }[]>`select number::int from key_change_counter`;
  return row?.number ?? 0;
}

describe("What an administrator of the database changes by plain SQL", () => {
  test.each<[set: string, expected: object | null]>([
    ["revoked_at = now()", { revokedAt: expect.any(Date) }],
    ["expires_at = '2020-01-01'", { expiresAt: new Date("2020-01-01") }],
    ["permissions = '{}'", { permissions: [] }],
    [`rate_limits = '{"minute": 7}'`, { rateLimits: { minute: 7 }, policies: [{ limit: 7 }] }],
    ["ip_allowlist = '{10.0.0.0/8}'", { ipAllowlist: ["10.0.0.0/8"] }],
    [
      "allowed_origins = '{https://app.example.com}'",
      {
        allowedOrigins: ["https://app.example.com"],
        admitsOrigin: expect.toSatisfy((admits: VerifiedKey["admitsOrigin"]) => !admits("https://a.example")),
      },
    ],
    ["manages_keys = 'all'", { managesKeys: "all" }],
    ["grants_key_management = true", { grantsKeyManagement: true }],
    ["customer_scoped = true", { customers: [] }],
    ["name = 'Another'", { name: "Another" }],
    ["digest = sha256('another')", null],
    ["digest = null, deleted_at = now()", null],
  ])("holds for the next call at every node: %s", async (set, expected) => {
    const { key, secret } = await cachedKey();
    await sqlOf(fixture).unsafe(`update api_keys set ${set} where id = '${key.id}'`);
    for (const one of await found(secret)) {
      if (expected) expect(one).toMatchObject(expected);
      else expect(one).toBeNull();
    }
  });

  test.each(["delete from api_keys", "truncate api_keys cascade", "update api_keys set id = 'key_other'"])(
    "holds for the next call at every node: %s",
    async (statement) => {
      const { key, secret } = await cachedKey();
      await sqlOf(fixture).unsafe(statement);
      for (const one of await found(secret)) expect(one?.id).not.toBe(key.id);
    },
  );

  test.each(["delete from api_key_customers", "truncate api_key_customers", "delete from customers"])(
    "holds for the scope of a key: %s",
    async (statement) => {
      const customer = await fixture.customer();
      const { secret } = await cachedKey({ customers: [customer.id] });
      await sqlOf(fixture).unsafe(statement);
      for (const one of await found(secret)) expect(one?.customers).toEqual([]);
    },
  );

  test("holds for a scope that becomes larger", async () => {
    const [one, two] = [await fixture.customer(), await fixture.customer()];
    const { key, secret } = await cachedKey({ customers: [one.id] });
    await sqlOf(fixture)`insert into api_key_customers values (${key.id}, ${two.id}, 'staging')`;
    for (const found_ of await found(secret)) expect(found_?.customers).toHaveLength(2);
  });

  test("is watched by triggers that replication and restores fire too", async () => {
    const triggers = await sqlOf(fixture)<{ enabled: string }[]>`
      select tgenabled as enabled from pg_trigger where tgfoid = 'note_key_change'::regproc`;
    expect(triggers.map(({ enabled }) => enabled)).toEqual(Array(7).fill("A"));
  });

  test("is watched in every column that a decision rests on", async () => {
    const [row] = await sqlOf(fixture)<{ definition: string }[]>`
      select pg_get_triggerdef(oid) as definition from pg_trigger where tgname = 'api_keys_note_change'`;
    const watched = new Set(row?.definition.toLowerCase().match(/(?<=\bold\.)\w+/g));
    const columns = Object.values(getTableColumns(apiKeys)).map(({ name }) => name);
    expect(watched.size).toBeGreaterThan(0);
    // What nobody is let in or turned away by. A new column belongs here, or in the trigger.
    expect(columns.filter((name) => !watched.has(name))).toEqual([
      "description",
      "pepper_check",
      "masked_key",
      "previous_pepper_check",
      "previous_masked_key",
      "approved_permissions",
      "revoked_by",
      "revoked_reason",
      "last_used_at",
      "last_used_ip",
      "last_used_agent",
      "last_used_route",
      "resumed_at",
      "dormant_since",
      "revived_at",
      "owner_id",
      "owner_email",
      "tags",
      "created_by",
      "created_by_key_id",
      "revoked_by_key_id",
      "secret_told_to_key_id",
      "previous_secret_told_to_key_id",
      "updated_at",
      "deleted_at",
    ]);
  });
});

describe("A change", () => {
  test("that is under way when a call asks decides nothing until it is committed, and the next call after that", async () => {
    const { key, secret } = await cachedKey();
    const sql = sqlOf(fixture);
    await sql.begin(async (tx) => {
      await tx`update api_keys set revoked_at = now() where id = ${key.id}`;
      for (const one of await found(secret)) expect(one?.revokedAt).toBeNull();
      await tx`set constraints all immediate`;
      for (const one of await found(secret)) expect(one?.revokedAt).toBeNull();
    });
    for (const one of await found(secret)) expect(one?.revokedAt).not.toBeNull();
  });

  test("that is rolled back, as a whole or to a savepoint, takes no number, and the key stays as it is", async () => {
    const { key, secret } = await cachedKey();
    const sql = sqlOf(fixture);
    const before = await changeNumber();
    const undone = sql.begin(async (tx) => {
      await tx`update api_keys set revoked_at = now() where id = ${key.id}`;
      await tx`set constraints all immediate`;
      throw new Error("Undone");
    });
    await expect(undone).rejects.toThrow("Undone");
    await sql.begin(async (tx) => {
      await tx`savepoint one`;
      await tx`update api_keys set revoked_at = now() where id = ${key.id}`;
      await tx`set constraints all immediate`;
      await tx`rollback to savepoint one`;
    });
    expect(await changeNumber()).toBe(before);
    for (const one of await found(secret)) expect(one?.revokedAt).toBeNull();
    await sql`update api_keys set revoked_at = now() where id = ${key.id}`;
    for (const one of await found(secret)) expect(one?.revokedAt).not.toBeNull();
  });

  test("of 10,000 keys takes one number, and holds for the next call with any of them", async () => {
    const made = [await cachedKey(), await cachedKey()];
    const sql = sqlOf(fixture);
    await sql`
      insert into api_keys (id, name, environment, digest, masked_key, permissions, rate_limits, created_by, created_at, updated_at)
      select 'key_' || i, 'Many', 'staging', sha256(i::text::bytea), '', '{}', '{}', '', now(), now()
      from generate_series(1, 10000) as i`;
    const before = await changeNumber();
    await sql`update api_keys set revoked_at = now()`;
    expect(await changeNumber()).toBe(before + 1);
    for (const { secret } of made)
      for (const one of await found(secret)) expect(one?.revokedAt).not.toBeNull();
  });

  test("of the last use alone takes no number", async () => {
    const { key } = await cachedKey();
    const before = await changeNumber();
    const at = fixture.clock.now();
    fixture.runtime.lastUse.record(key.id, { at, ip: "10.1.2.3", agent: "curl", route: "GET /key" });
    await fixture.runtime.lastUse.flush();
    expect(await changeNumber()).toBe(before);
  });

  test("by a call of the public API, which deletes a customer, narrows the keys that are scoped to it", async () => {
    const customer = await fixture.customer();
    const { secret } = await cachedKey({ customers: [customer.id] });
    const caller = keyPrincipal({ permissions: ["customers:write"] });
    await deleteCustomer(fixture.context(caller), { id: customer.id });
    for (const one of await found(secret)) expect(one?.customers).toEqual([]);
  });
});

describe("Inside the life of a cached key", () => {
  test("its expiry holds to the millisecond", async () => {
    const expiresAt = new Date(fixture.clock.now().getTime() + MINUTE_MS);
    const { secret } = await cachedKey({ expiresAt: expiresAt.toISOString() });
    fixture.clock.advance(60);
    for (const one of await found(secret)) expect(one?.readAt).toEqual(expiresAt);
  });

  test("the overlap of two secrets ends to the millisecond, and both are revoked together", async () => {
    const { key, secret } = await cachedKey();
    const next = await regenerateKey(fixture.context(), { id: key.id, overlap: "15m" });
    for (const text of [secret, next.secret, secret, next.secret])
      for (const one of await found(text)) expect(one?.id).toBe(key.id);
    fixture.clock.advance(15 * 60);
    for (const one of await found(secret)) expect(one).toBeNull();
    for (const one of await found(next.secret)) expect(one).toMatchObject({ secret: "current" });
    const again = await regenerateKey(fixture.context(), { id: key.id, overlap: "15m" });
    for (const text of [next.secret, again.secret])
      for (const one of await found(text)) expect(one?.id).toBe(key.id);
    await revokeKey(fixture.context(), { id: key.id, reason: "" });
    for (const text of [next.secret, again.secret])
      for (const one of await found(text)) expect(one?.revokedAt).not.toBeNull();
  });

  test("what somebody changes with the triggers switched off is seen after a minute, and a start switches them on", async () => {
    const { key, secret } = await cachedKey();
    const sql = sqlOf(fixture);
    const off = "alter table api_keys disable trigger user";
    await sql.unsafe(`${off}; update api_keys set revoked_at = now() where id = '${key.id}'`);
    for (const one of await found(secret)) expect(one?.revokedAt).toBeNull();
    fixture.clock.advance(61);
    for (const one of await found(secret)) expect(one?.revokedAt).not.toBeNull();
    const mended: string[] = [];
    await migrateDatabase(fixture.databaseUrl, { onMended: (what) => mended.push(what) });
    expect(mended).toEqual([expect.stringContaining("triggers on keys")]);
    await sql`update api_keys set revoked_at = null where id = ${key.id}`;
    for (const one of await found(secret)) expect(one?.revokedAt).toBeNull();
  });
});

describe("A cache begins anew", () => {
  test("where the changes that it does not know are not noted any more", async () => {
    const { key, secret } = await cachedKey();
    const sql = sqlOf(fixture);
    await sql`update api_keys set revoked_at = now() where id = ${key.id}`;
    await sql`
      insert into key_changes select number + i, 'key_other' from key_change_counter, generate_series(1, 10000) as i`;
    await sql`update key_change_counter set number = number + 10000`;
    while ((await purgeKeyChanges(fixture.context())) > 0);
    expect(await sql`select from key_changes`).toHaveLength(10_000);
    expect(await sql`select from key_changes where key_id = ${key.id}`).toHaveLength(0);
    for (const one of await found(secret)) expect(one?.revokedAt).not.toBeNull();
  });

  test("where the database was filled anew, and counts by another counter", async () => {
    const { key, secret } = await cachedKey();
    const sql = sqlOf(fixture);
    const known = await changeNumber();
    await sql`truncate key_change_counter, key_changes`;
    await sql`update api_keys set name = 'After' where id = ${key.id}`;
    // The same number as before, for another change: it is the counter that differs.
    await sql`update key_change_counter set number = ${known}`;
    for (const one of await found(secret)) expect(one?.name).toBe("After");
  });
});
