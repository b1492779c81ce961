// @module-tag long
import { type Fixture, newEmail } from "@test/support/fixture";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "@/contracts/environments";
import { newId } from "@/server/core/ids";
import { API_ROLE, connectDatabases } from "@/server/database/connections";
import { FEWER_RIGHTS, tablesWithPolicies } from "./api-tables";
import { findBreaches, type Subject } from "./isolation-checks";
import { createSubject } from "./isolation-subject";

const PERMISSION_DENIED = "42501"; // also what row-level security says to a row that must not be written
const UNKNOWN_SETTING = "42704";
const FOREIGN_KEY = "23503";

/** Demands that Postgres itself refuses, with this SQLSTATE. */
async function expectRefused(query: PromiseLike<unknown>, code: string): Promise<void> {
  await expect(Promise.resolve(query)).rejects.toMatchObject({ code });
}

const KINDS = ["logins", "shared"] as const;
type Kind = (typeof KINDS)[number];
let fixtures: Record<Kind, { fixture: Fixture; subject: Subject }>;

beforeAll(async () => {
  fixtures = { logins: await createSubject(true), shared: await createSubject(false) };
});
afterAll(() => Promise.all(KINDS.map((kind) => fixtures?.[kind].fixture.close())));

const newRow = (environment: string) => ({
  id: newId("cus"),
  environment,
  email: newEmail(),
  created_at: "2023-11-23T12:00:00Z",
  updated_at: "2023-11-23T12:00:00Z",
});

describe.each(KINDS)("with the isolation by %s", (kind) => {
  test("every table with a policy has samples, which are all its rows", async () => {
    const { fixture, subject } = fixtures[kind];
    const { owner, samples } = subject;
    expect(fixture.runtime.databases.isolation.kind).toBe(kind);
    expect(
      await tablesWithPolicies(owner),
      "Give a table with a policy its rows in sampleRows of test/server/database/api-tables.ts; without them nothing is tried on it. One with rows there needs a policy in drizzle/isolation.sql.",
    ).toEqual(Object.keys(samples.rows).sort());
    for (const [table, rows] of Object.entries(samples.rows)) {
      for (const environment of ENVIRONMENTS) {
        const [counted] = await owner`
          select count(*)::int as count from ${owner(table)} where environment = ${environment}`;
        expect(counted?.count).toBe(rows.filter((row) => row.environment === environment).length);
      }
    }
  });

  test.each(ENVIRONMENTS)(
    "a key for %s reaches its environment's rows of every table by queries without any filter, and adds and makes none of another",
    async (environment) => {
      const { subject } = fixtures[kind];
      for (const table of await tablesWithPolicies(subject.owner)) {
        expect([table, await findBreaches(subject, table, environment, "environment")]).toEqual([table, []]);
      }
    },
  );

  test.each(ENVIRONMENTS)(
    "a key for %s with a customer scope reaches the rows of its scope in every table, and adds and makes none beyond",
    async (environment) => {
      const { subject } = fixtures[kind];
      for (const table of await tablesWithPolicies(subject.owner)) {
        expect([table, await findBreaches(subject, table, environment, "scope")]).toEqual([table, []]);
      }
    },
  );

  test.each(ENVIRONMENTS)("a key for %s takes over no row of another by a conflict", async (environment) => {
    const { api, owner, samples } = fixtures[kind].subject;
    for (const { json } of samples.rows.customers?.filter((row) => row.environment !== environment) ?? []) {
      const row = { ...newRow(environment), id: String(json.id) };
      const upsert = api[
        environment
      ]`insert into customers ${owner(row)} on conflict (id) do update set name = 'Eve'`;
      await expectRefused(upsert, PERMISSION_DENIED);
    }
  });
});

describe("the role of the public API", () => {
  test("is keyward_api, which owns nothing, bypasses nothing and cannot sign in by itself", async () => {
    const [role] = await fixtures.shared.subject.api.staging`
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

  test("has no right to any table but those with an environment, which all enforce it", async () => {
    const { owner } = fixtures.shared.subject;
    const tables = await owner`
      select relname as name, relrowsecurity as secured,
        array(select lower(privilege) from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as privilege
          where has_table_privilege(${API_ROLE}, pg_class.oid, privilege)) as rights
      from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')`;
    const open = tables.filter(({ rights }) => rights.length > 0);
    expect(open.map(({ name }) => name).sort()).toEqual(await tablesWithPolicies(owner));
    for (const { name, secured, rights } of open) {
      expect(secured).toBe(true);
      expect(
        rights.sort(),
        `Grant keyward_api all four rights to ${name} in drizzle/isolation.sql, or name those that it has in FEWER_RIGHTS of test/server/database/api-tables.ts.`,
      ).toEqual(FEWER_RIGHTS[name] ?? ["delete", "insert", "select", "update"]);
    }
  });

  test.each([
    "api_keys",
    "api_key_customers",
    "api_key_replaced_secrets",
    "admins",
    "admin_identities",
    "admin_links",
    "approvals",
    "invitations",
    "mails",
    "notices",
    "notice_preferences",
    "admin_devices",
    "sessions",
    "second_factors",
    "passkeys",
    "passkey_challenges",
    "audit_events",
    "settings",
    "requests",
    "request_log_writers",
    "request_log_uncounted",
    "usage_hourly",
    "usage_permissions",
    "key_networks",
    "key_exposures",
    "webhook_endpoints",
    "webhook_messages",
    "webhook_deliveries",
    "webhook_attempts",
  ])("cannot read or write %s", async (table) => {
    const { api } = fixtures.shared.subject;
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
    const { api, owner } = fixtures.shared.subject;
    const [today] = await owner`
      select inhrelid::regclass::text as name from pg_inherits where inhparent = 'requests'::regclass limit 1`;
    await expectRefused(api.staging`select from ${owner(today?.name)}`, PERMISSION_DENIED);
    await expectRefused(api.staging`select ensure_request_partitions('2031-05-05', 1)`, PERMISSION_DENIED);
  });

  test("without app.environment gets an error instead of rows; with an unknown one, no rows", async () => {
    const { fixture, subject } = fixtures.shared;
    const tables = await tablesWithPolicies(subject.owner);
    const bare = postgres(fixture.databaseUrl, { max: 1, connection: { role: API_ROLE } });
    for (const table of tables) await expectRefused(bare`select * from ${bare(table)}`, UNKNOWN_SETTING);
    await expectRefused(bare`insert into customers ${bare(newRow("staging"))}`, UNKNOWN_SETTING);
    for (const value of ["", "qa", "staging'--", "%"]) {
      await bare`select set_config('app.environment', ${value}, false)`;
      for (const table of tables) expect(await bare`select * from ${bare(table)}`).toEqual([]);
    }
    await bare.end();
  });
});

/** What the functions of the policies use, as somebody would have it who wants to be of another environment. */
const MASQUERADE = `
  create schema masquerade;
  create table masquerade.api_logins (environment text, role text);
  insert into masquerade.api_logins select 'production', rolname from pg_roles;
  create function masquerade.yes(text, name) returns boolean language sql as 'select true';
  create operator masquerade.= (leftarg = text, rightarg = name, function = masquerade.yes);
  create function masquerade.pg_has_role(name, name, text) returns boolean language sql as 'select true';
  create function masquerade.current_setting(text) returns text language sql as $$select 'production'$$;
  create function masquerade.current_setting(text, boolean) returns text language sql as $$select '{}'$$;
  grant usage on schema masquerade to ${API_ROLE};
  grant select on masquerade.api_logins to ${API_ROLE}`;

describe.each(KINDS)("whatever search_path a connection has, with the isolation by %s", (kind) => {
  test("its environment and its customers stay the same: nothing is found by it", async () => {
    const { owner, api, samples } = fixtures[kind].subject;
    await owner.unsafe(MASQUERADE);
    const { customer } = samples.scopes.staging;
    await api.staging.begin(async (tx) => {
      await tx`select set_config('app.customers', ${`{${customer}}`}, true)`;
      await tx`set local search_path = masquerade, pg_catalog, public`;
      const [seen] =
        await tx`select public.api_environment() as environment, public.api_customers() as customers`;
      expect(seen).toEqual({ environment: "staging", customers: [customer] });
      expect(await tx`select id from public.customers`).toEqual([{ id: customer }]);
    });
    await owner.unsafe("drop schema masquerade cascade");
  });
});

describe("app.customers", () => {
  test("leaves nothing where it is an empty list, or names a customer that is not there", async () => {
    const { api } = fixtures.shared.subject;
    for (const scope of ["{}", `{${newId("cus")}}`]) {
      const rows = await api.staging.begin(async (tx) => {
        await tx`select set_config('app.customers', ${scope}, true)`;
        return tx`select id from customers`;
      });
      expect(rows).toHaveLength(0);
    }
  });

  test("ends with its transaction: on the same connection everything of the environment is there again", async () => {
    // One connection. After its first such transaction Postgres remembers the setting as empty instead of unset.
    const { fixture, subject } = fixtures.shared;
    const { customer } = subject.samples.scopes.staging;
    const single = connectDatabases(fixture.databaseUrl, { poolSize: 1, pooling: "session" });
    const sql = single.api.staging.$client;
    for (let round = 0; round < 8; round++) {
      await sql.begin((tx) => tx`select set_config('app.customers', '{}', true)`);
      expect(await sql`select id from customers where id = ${customer}`).toHaveLength(1);
      expect(
        await sql`update customers set name = 'Ada' where environment = 'staging' returning id`,
      ).toHaveLength(2);
    }
    await single.end();
  });
});

describe("references", () => {
  test("between tables with environments include the environment on both sides", async () => {
    const { owner } = fixtures.shared.subject;
    const references = await owner<{ name: string; columns: string[]; named: string[] }[]>`
      select conname as name,
        array(select attname::text from unnest(conkey) with ordinality as key (number, place)
          join pg_attribute on attrelid = conrelid and attnum = number order by place) as columns,
        array(select attname::text from unnest(confkey) with ordinality as key (number, place)
          join pg_attribute on attrelid = confrelid and attnum = number order by place) as named
      from pg_constraint
      where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0
        and exists (select from pg_attribute where attrelid = conrelid and attname = 'environment')
        and exists (select from pg_attribute where attrelid = confrelid and attname = 'environment')`;
    expect(references.length).toBeGreaterThan(5);
    const crossing = references.filter(({ columns, named }) => {
      const place = columns.indexOf("environment");
      return place < 0 || named[place] !== "environment";
    });
    expect(crossing).toEqual([]);
  });

  test("do not cross environments: a key's scope and its records name its own environment", async () => {
    const { owner, samples } = fixtures.shared.subject;
    const { key } = samples.scopes.staging;
    for (const environment of ["staging", "production"]) {
      const row = { key_id: key, customer_id: samples.scopes.production.customer, environment };
      await expectRefused(owner`insert into api_key_customers ${owner(row)}`, FOREIGN_KEY);
    }
    const record = owner`insert into idempotency_records values (${key}, 'k', 'production', '\\x00', 200, '{}', '', now())`;
    await expectRefused(record, FOREIGN_KEY);
  });
});
