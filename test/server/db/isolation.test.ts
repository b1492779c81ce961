import { createWorld, newEmail, type World } from "@test/support/world";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CustomerView } from "@/contracts/customers";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { newId } from "@/server/core/ids";
import { API_ROLE, connectDatabases } from "@/server/db/connections";
import { activateLicense } from "@/server/services/licenses";
import { recordTelemetry } from "@/server/services/telemetry";
import { insertJob } from "../jobs/support";
import { newLicense } from "../services/licenses/support";
import { API_TABLES, FEWER_RIGHTS } from "./api-tables";

const PERMISSION_DENIED = "42501"; // also what row-level security says to a row that must not be written
const UNKNOWN_SETTING = "42704";
const FOREIGN_KEY = "23503";

let world: World;
/** The pools of the public API, as connections.ts makes them. */
let api: Record<Environment, postgres.Sql>;
let owner: postgres.Sql;
let two: Record<Environment, [CustomerView, CustomerView]>;
let keyIds: Record<Environment, Id<"key">>;

beforeAll(async () => {
  world = await createWorld();
  const { databases } = world.platform;
  owner = databases.owner.$client;
  const of = async <Value>(make: (environment: Environment) => Promise<Value>) =>
    Object.fromEntries(await Promise.all(ENVIRONMENTS.map(async (one) => [one, await make(one)]))) as Record<
      Environment,
      Value
    >;
  api = await of(async (environment) => databases.api[environment].$client);
  two = await of(async (environment) => [
    await world.customer({ environment }),
    await world.customer({ environment }),
  ]);
  keyIds = await of(async (environment) => (await world.key({ environment })).key.id);
  for (const environment of ENVIRONMENTS) {
    await owner`insert into idempotency_records values (${keyIds[environment]}, 'once', ${environment}, '\\x00', 200, '{}', '', now())`;
    const { key } = await newLicense(world, { environment });
    await activateLicense(world.context(), { key, identifier: "device", environment });
    await recordTelemetry(world.context(), { environment, events: [{ type: "app.started" }] });
    const id = await insertJob(owner, keyIds[environment], environment);
    await owner`insert into job_result_parts values (${id}, 0, ${environment}, '\\x00')`;
  }
});
afterAll(() => world?.close());

/** Demands that Postgres itself refuses, with this SQLSTATE. */
async function expectRefused(query: PromiseLike<unknown>, code: string): Promise<void> {
  await expect(Promise.resolve(query)).rejects.toMatchObject({ code });
}

const newRow = (environment: string) => ({
  id: newId("cus"),
  environment,
  email: newEmail(),
  created_at: "2023-11-23T12:00:00Z",
  updated_at: "2023-11-23T12:00:00Z",
});

describe.each(ENVIRONMENTS)("a connection of the public API for %s", (environment) => {
  const others = ENVIRONMENTS.filter((one) => one !== environment);
  const foreign = () => others.flatMap((one) => two[one].map(({ id }) => id));

  test("is keyward_api, which owns nothing, bypasses nothing and cannot sign in by itself", async () => {
    const [role] = await api[environment]`
      select current_user as name, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb,
        (select count(*)::int from pg_class where relowner = pg_roles.oid) as owned
      from pg_roles where rolname = current_user`;
    expect(role).toEqual({
      name: API_ROLE,
      rolsuper: false,
      rolbypassrls: false,
      rolcanlogin: false,
      rolcreaterole: false,
      rolcreatedb: false,
      owned: 0,
    });
  });

  test.each(API_TABLES)(
    "reads with a query without any filter its own rows of %s, and only those",
    async (table) => {
      const rows = await api[environment]`select environment from ${owner(table)}`;
      expect(rows.length).toBeGreaterThan(0);
      expect(new Set(rows.map((row) => row.environment))).toEqual(new Set([environment]));
      const [counted] = await api[environment]`select count(*)::int as count from ${owner(table)}`;
      expect(counted?.count).toBe(rows.length);
      expect(
        await api[environment]`select 1 from ${owner(table)} where environment <> ${environment}`,
      ).toEqual([]);
    },
  );

  test("cannot insert a row of another environment, nor of one that does not exist", async () => {
    for (const other of [...others, "qa", ""]) {
      await expectRefused(api[environment]`insert into customers ${owner(newRow(other))}`, PERMISSION_DENIED);
    }
    for (const other of others) {
      const record = api[
        environment
      ]`insert into idempotency_records values (${keyIds[other]}, 'twice', ${other}, '\\x00', 200, '{}', '', now())`;
      await expectRefused(record, PERMISSION_DENIED);
    }
  });

  test("changes and deletes no row of another environment, whether it names the rows or not", async () => {
    const before = await owner`select * from customers where environment <> ${environment} order by id`;
    expect(
      await api[environment]`update customers set name = 'Eve' where id = any(${foreign()}) returning id`,
    ).toEqual([]);
    expect(await api[environment]`delete from customers where id = any(${foreign()}) returning id`).toEqual(
      [],
    );
    await api[environment]`update customers set name = 'Ada'`;
    const added = newRow(environment);
    await api[environment]`insert into customers ${owner(added)}`;
    await api[environment]`delete from customers where id <> all(${two[environment].map(({ id }) => id)})`;
    expect(await owner`select * from customers where environment <> ${environment} order by id`).toEqual(
      before,
    );
    expect(await owner`select 1 from customers where id = ${added.id}`).toEqual([]);
  });

  test("cannot move a row to another environment, nor take over one by a conflict", async () => {
    for (const other of others) {
      await expectRefused(api[environment]`update customers set environment = ${other}`, PERMISSION_DENIED);
      const row = { ...newRow(environment), id: two[other][0].id };
      const upsert = api[
        environment
      ]`insert into customers ${owner(row)} on conflict (id) do update set name = 'Eve'`;
      await expectRefused(upsert, PERMISSION_DENIED);
    }
  });

  test("cannot lock a customer of another environment", async () => {
    expect(await api[environment]`select id from customers where id = any(${foreign()}) for update`).toEqual(
      [],
    );
  });
});

describe("the role of the public API", () => {
  test("has no right to any table but those with an environment, which all enforce it", async () => {
    const tables = await owner`
      select relname as name, relrowsecurity as secured,
        array(select lower(privilege) from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as privilege
          where has_table_privilege(${API_ROLE}, pg_class.oid, privilege)) as rights
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')`;
    const open = tables.filter(({ rights }) => rights.length > 0);
    expect(open.map(({ name }) => name).sort()).toEqual(API_TABLES);
    for (const { name, secured, rights } of open) {
      expect(secured).toBe(true);
      expect(rights.sort()).toEqual(FEWER_RIGHTS[name] ?? ["delete", "insert", "select", "update"]);
    }
  });

  test.each([
    "api_keys",
    "api_key_customers",
    "api_key_replaced_secrets",
    "admins",
    "sessions",
    "audit_events",
    "settings",
    "requests",
    "usage_hourly",
    "usage_permissions",
    "key_networks",
    "key_exposures",
  ])("cannot read or write %s", async (table) => {
    for (const query of [
      `select from ${table}`,
      `select count(*) from ${table}`,
      `delete from ${table}`,
      `truncate ${table}`,
      `insert into ${table} default values`,
    ]) {
      await expectRefused(api.staging.unsafe(query), PERMISSION_DENIED);
    }
  });

  test("cannot make or fill a day of the log", async () => {
    const [today] = await owner`
      select inhrelid::regclass::text as name from pg_inherits where inhparent = 'requests'::regclass limit 1`;
    await expectRefused(api.staging`select from ${owner(today?.name)}`, PERMISSION_DENIED);
    await expectRefused(api.staging`select ensure_request_partitions('2031-05-05', 1)`, PERMISSION_DENIED);
  });

  test("without app.environment gets an error instead of rows; with an unknown one, no rows", async () => {
    const bare = postgres(world.databaseUrl, { max: 1, connection: { role: API_ROLE } });
    for (const table of API_TABLES) await expectRefused(bare`select * from ${bare(table)}`, UNKNOWN_SETTING);
    await expectRefused(bare`insert into customers ${bare(newRow("staging"))}`, UNKNOWN_SETTING);
    for (const value of ["", "qa", "staging'--", "%"]) {
      await bare`select set_config('app.environment', ${value}, false)`;
      for (const table of API_TABLES) expect(await bare`select * from ${bare(table)}`).toEqual([]);
    }
    await bare.end();
  });
});

describe("app.customers", () => {
  /** Runs in one transaction that carries the setting. */
  const within = <Result>(value: string, run: (tx: postgres.TransactionSql) => Promise<Result>) =>
    api.staging.begin(async (tx) => {
      await tx`select set_config('app.customers', ${value}, true)`;
      return run(tx);
    });
  const idsWithin = (value: string) =>
    within(value, async (tx) => (await tx`select id from customers order by id`).map(({ id }) => id));

  test("leaves the customers it names, of the connection's environment; an empty list leaves none", async () => {
    const [ada, eve] = two.staging.map(({ id }) => id);
    expect(await idsWithin(`{${ada}}`)).toEqual([ada]);
    expect(await idsWithin(`{${ada},${eve}}`)).toEqual([ada, eve]);
    expect(await idsWithin(`{${ada},${two.production[0].id}}`)).toEqual([ada]);
    expect(await idsWithin("{}")).toEqual([]);
    expect(await idsWithin(`{${newId("cus")}}`)).toEqual([]);
  });

  test("lets nobody else be inserted, changed or deleted", async () => {
    const [ada, eve] = two.staging.map(({ id }) => id);
    await within(`{${ada}}`, async (tx) => {
      expect(await tx`update customers set name = 'Eve' where id = ${eve as string} returning id`).toEqual(
        [],
      );
      expect(await tx`delete from customers where id = ${eve as string} returning id`).toEqual([]);
    });
    await expectRefused(
      within(`{${ada}}`, async (tx) => tx`insert into customers ${owner(newRow("staging"))}`),
      PERMISSION_DENIED,
    );
  });

  test("ends with its transaction: on the same connection everything of the environment is there again", async () => {
    // One connection. After its first such transaction Postgres remembers the setting as empty instead of unset.
    const single = connectDatabases(world.databaseUrl, { poolSize: 1, pooling: "session" });
    const sql = single.api.staging.$client;
    for (let round = 0; round < 8; round++) {
      await sql.begin((tx) => tx`select set_config('app.customers', '{}', true)`);
      expect(await sql`select id from customers where id = ${two.staging[0].id}`).toHaveLength(1);
      expect(
        await sql`update customers set name = 'Ada' where environment = 'staging' returning id`,
      ).toHaveLength(2);
    }
    await single.end();
  });
});

describe("references", () => {
  test("do not cross environments: a key's scope and its records name its own environment", async () => {
    for (const environment of ["staging", "production"]) {
      const row = { key_id: keyIds.staging, customer_id: two.production[0].id, environment };
      await expectRefused(owner`insert into api_key_customers ${owner(row)}`, FOREIGN_KEY);
    }
    const record = owner`insert into idempotency_records values (${keyIds.staging}, 'k', 'production', '\\x00', 200, '{}', '', now())`;
    await expectRefused(record, FOREIGN_KEY);
  });
});
