// @module-tag long
import { createTestDatabase, type TestDatabase } from "@test/support/postgres";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "@/contracts/environments";
import { createLogger } from "@/server/core/logger";
import { OUR_FUNCTIONS, OUR_TABLES } from "@/server/database/catalog";
import { connectDatabases } from "@/server/database/connections";
import { findIsolation, migrateDatabase } from "@/server/database/migrate";

let database: TestDatabase;
let owner: postgres.Sql;
let lines: string[];

beforeEach(async () => {
  database = await createTestDatabase();
  owner = postgres(database.url, { max: 1, onnotice: () => undefined });
  lines = [];
});
afterEach(async () => {
  await owner.end();
  await database.drop();
});

const logger = createLogger("info", { write: (line) => void lines.push(line) });
const start = () => migrateDatabase(database.url, { logger });

/** What every environment's pool of a start finds itself to be. */
async function environmentsOf(isolation: Awaited<ReturnType<typeof start>>): Promise<unknown[]> {
  const databases = connectDatabases(database.url, { poolSize: 1, pooling: "session", isolation });
  try {
    return await Promise.all(
      ENVIRONMENTS.map(async (environment) => {
        const [row] = await databases.api[environment].$client`select api_environment() as environment`;
        await databases.api[environment].$client`select from customers`;
        return row?.environment;
      }),
    );
  } finally {
    await databases.end();
  }
}

describe("a start", () => {
  test("gives each environment a login of its own, and the next start finds the same ones", async () => {
    const first = await start();
    expect(first.kind).toBe("logins");
    expect(await environmentsOf(first)).toEqual(ENVIRONMENTS);
    lines = [];
    expect(await start()).toEqual(first);
    expect(await findIsolation(database.url, "session")).toEqual(first);
    expect(lines.join("")).not.toContain('"level":"warn"');
  });

  // What is not on these lists keeps the rights that PostgreSQL gives to everybody.
  test("knows every table and function that the migrations made", async () => {
    await start();
    const tables = await owner<{ name: string }[]>`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`;
    expect(tables.map(({ name }) => name).toSorted()).toEqual(OUR_TABLES.toSorted());
    const functions = await owner<{ same: boolean; count: number }[]>`
      select array_agg(oid order by oid) = (
          select array_agg(f::regprocedure::oid order by f::regprocedure::oid)
          from unnest(${OUR_FUNCTIONS.map((name) => `public.${name}`)}::text[]) as f
        ) as same, count(*)::int as count
      from pg_proc
      where pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')`;
    expect(functions).toEqual([{ same: true, count: OUR_FUNCTIONS.length }]);
  });

  test("of a copy makes logins of its own, and leaves those of the original alone", async () => {
    const original = await start();
    const copy = `${new URL(database.url).pathname.slice(1)}_copy`;
    const admin = new URL(database.url);
    admin.pathname = "postgres";
    const sql = postgres(admin.href, { max: 1, onnotice: () => undefined });
    await owner.end();
    await sql`create database ${sql(copy)} template ${sql(new URL(database.url).pathname.slice(1))}`;
    try {
      const url = new URL(database.url);
      url.pathname = copy;
      const copied = await migrateDatabase(url.href);
      if (copied.kind !== "logins" || original.kind !== "logins") throw new Error("Logins expected");
      for (const environment of ENVIRONMENTS) {
        expect(copied.logins[environment].role).not.toBe(original.logins[environment].role);
        expect(copied.logins[environment].password).not.toBe(original.logins[environment].password);
      }
      expect(await environmentsOf(original)).toEqual(ENVIRONMENTS);
      // The original's login gets into the copy, as any login of a cluster may, and is nobody there.
      const stranger = new URL(url);
      stranger.username = original.logins.staging.role;
      stranger.password = original.logins.staging.password;
      const lost = postgres(stranger.href, { max: 1, connection: { "app.environment": "staging" } });
      expect(await lost`select api_environment() as environment`).toEqual([{ environment: null }]);
      await lost.end();
    } finally {
      await sql`drop database ${sql(copy)} with (force)`;
      await sql.end();
    }
    owner = postgres(database.url, { max: 1, onnotice: () => undefined });
  });

  test("of an older version than the database is refused, and changes nothing", async () => {
    await start();
    await owner`alter policy customers_of_environment on customers using (environment = (select api_environment()))`;
    await owner`
      insert into drizzle.__drizzle_migrations (hash, created_at)
      select 'of a newer version', max(created_at) + 1 from drizzle.__drizzle_migrations`;
    const policies = () => owner`select policyname, qual from pg_policies order by policyname`;
    const newer = await policies();
    await expect(start()).rejects.toThrow(/^A newer version of Keyward has prepared this database\./);
    await expect(findIsolation(database.url, "session")).rejects.toThrow(/^A newer version of Keyward/);
    expect(await policies()).toEqual(newer);
  });

  test("of Next alone, which applies no migrations, is refused where some are missing", async () => {
    await expect(findIsolation(database.url, "session")).resolves.toMatchObject({ kind: "shared" });
    await start();
    await owner`delete from drizzle.__drizzle_migrations where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`;
    await expect(findIsolation(database.url, "session")).rejects.toThrow(/database migrate/);
  });

  test.each([
    [
      "a login's role is gone",
      async (role: string) => {
        await owner.unsafe(`drop role ${role}`);
      },
    ],
    [
      "its membership is gone",
      async (role: string) => {
        await owner.unsafe(`revoke keyward_api from ${role}`);
      },
    ],
    [
      "its password is another",
      async (role: string) => {
        await owner.unsafe(`alter role ${role} password 'another'`);
      },
    ],
    [
      "it may not sign in any more",
      async (role: string) => {
        await owner.unsafe(`alter role ${role} nologin`);
      },
    ],
    ["a policy is gone", () => owner`drop policy customers_of_environment on customers`],
    ["a policy was loosened", () => owner`alter policy licenses_of_environment on licenses using (true)`],
    ["row-level security is off", () => owner`alter table job_records disable row level security`],
    ["rights are gone", () => owner`revoke all on customers, licenses from keyward_api`],
    ["a right was given", () => owner`grant select on api_keys to keyward_api`],
    ["a policy was added", () => owner`create policy open on customers to keyward_api using (true)`],
  ])("mends the database where %s", async (_what, harm: (role: string) => PromiseLike<unknown>) => {
    const before = await start();
    if (before.kind !== "logins") throw new Error("Logins expected");
    const facts = () => owner`
      select tablename, qual, with_check from pg_policies order by tablename, policyname`;
    const rights = () => owner`
      select relname, relrowsecurity, relacl::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`;
    const [policies, tables] = [await facts(), await rights()];
    await harm(before.logins.staging.role);
    const after = await start();
    expect(after).toEqual(before);
    expect(await environmentsOf(after)).toEqual(ENVIRONMENTS);
    expect(await facts()).toEqual(policies);
    expect(await rights()).toEqual(tables);
  });
});
