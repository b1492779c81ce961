import { suiteFixture } from "@test/support/suite";
import type postgres from "postgres";
import { beforeAll, describe, expect, test } from "vitest";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { newId } from "@/server/core/ids";

const fixture = suiteFixture({}, undefined, undefined, { logins: true });
let owner: postgres.Sql;

beforeAll(async () => {
  owner = fixture.runtime.databases.owner.$client;
  for (const environment of ENVIRONMENTS) await fixture.customer({ environment });
});

/** A connection of an environment's pool, as a handler has it, for SQL of an attacker's own. */
async function connectionOf(environment: Environment): Promise<postgres.ReservedSql> {
  return fixture.runtime.databases.api[environment].$client.reserve();
}

/** Runs statements one after the other, each on its own: what fails, fails. @returns the SQLSTATE of each, or "done" */
async function attempt(connection: postgres.ReservedSql, statements: readonly string[]): Promise<string[]> {
  const outcomes: string[] = [];
  for (const statement of statements) {
    outcomes.push(
      await connection.unsafe(statement).then(
        () => "done",
        (error: { code?: string }) => error.code ?? String(error),
      ),
    );
  }
  return outcomes;
}

const REFUSED = "42501";

describe.each(ENVIRONMENTS)("whoever runs SQL of their own on a connection for %s", (environment) => {
  const other = environment === "production" ? "staging" : "production";

  test.each<[string, string[]]>([
    ["SET ROLE NONE", ["set role none"]],
    ["RESET ROLE", ["reset role"]],
    ["RESET ALL", ["reset all"]],
    ["DISCARD ALL", ["discard all"]],
    ["the group's role", ["set role keyward_api"]],
    ["SET SESSION AUTHORIZATION DEFAULT", ["set session authorization default"]],
    ["set_config of the environment", [`select set_config('app.environment', '${other}', false)`]],
    [
      "set_config of role and environment",
      [`select set_config('role', 'none', false), set_config('app.environment', '${other}', false)`],
    ],
    ["no row-level security", ["set row_security = off", "set row_security = on"]],
    ["replication's session", ["set session_replication_role = replica"]],
    ["a setting of its role's own", [`alter role current_user set app.environment = '${other}'`]],
  ])("gains nothing by %s", async (_what, statements) => {
    const connection = await connectionOf(environment);
    try {
      await attempt(connection, statements);
      expect(await connection`select api_environment() as environment`).toEqual([{ environment }]);
      expect(await connection`select distinct environment from customers`).toEqual([{ environment }]);
      expect(
        await attempt(connection, [
          "select from api_keys",
          "select from api_logins",
          `insert into telemetry_daily values ('${other}', now(), 1, 1)`,
        ]),
      ).toEqual([REFUSED, REFUSED, REFUSED]);
    } finally {
      await attempt(connection, ["reset role", "reset all"]);
      connection.release();
    }
  });

  test("cannot become another role: the owner, another environment, one of the server's", async () => {
    const [names] = await owner`
      select current_user as owner, (select role from api_logins where environment = ${other}) as other`;
    const connection = await connectionOf(environment);
    const roles = [
      names?.owner,
      names?.other,
      "pg_read_all_data",
      "pg_execute_server_program",
      "pg_read_server_files",
    ];
    expect(
      await attempt(
        connection,
        roles.flatMap((role) => [
          `set role "${role}"`,
          `set session authorization "${role}"`,
          `grant "${role}" to current_user`,
        ]),
      ),
    ).toEqual(roles.flatMap(() => [REFUSED, REFUSED, REFUSED]));
    connection.release();
  });

  test("reaches no file, no program and no other server", async () => {
    const connection = await connectionOf(environment);
    const attacks = [
      "copy (select 1) to program 'true'",
      "copy customers from program 'true'",
      "copy (select 1) to '/tmp/keyward-attack'",
      "copy customers from '/etc/passwd'",
      "select pg_read_file('/etc/passwd')",
      "select pg_ls_dir('/')",
      "select lo_import('/etc/passwd')",
      "select pg_reload_conf()",
      "create extension dblink",
      "create extension file_fdw",
    ];
    expect(await attempt(connection, attacks)).toEqual(attacks.map(() => REFUSED));
    connection.release();
  });

  test("makes nothing in the database: no table, temporary or not, no function, trigger, view, schema, role", async () => {
    const connection = await connectionOf(environment);
    const attacks = [
      "create temporary table customers (id text)",
      "create temporary view customers as select 1",
      "create table public.trap (id text)",
      "create function public.trap() returns trigger language plpgsql as 'begin return new; end'",
      "create function pg_temp.trap() returns trigger language plpgsql as 'begin return new; end'",
      "create trigger trap before insert on customers for each row execute function audit_events_append()",
      "create policy open on customers using (true)",
      "alter table customers disable row level security",
      "alter function api_environment() security invoker",
      "create schema trap",
      "create role trap",
      "create database trap",
      "create publication trap",
      "alter default privileges grant all on tables to public",
    ];
    const outcomes = await attempt(connection, attacks);
    // The last one changes what this role will grant on tables of its own, and it can have none.
    expect(outcomes).toEqual([...attacks.slice(1).map(() => REFUSED), "done"]);
    connection.release();
  });

  /** What it tells endpoints of every environment: only those of its own have it. */
  const expectWebhooksOf = async (connection: postgres.Sql) => {
    const at = "2023-11-23T12:00:00Z";
    for (const one of ENVIRONMENTS) {
      const [type, subjectId, body] = ["key.created", "key_1", "{}"];
      // Names of occasions are the whole installation's: one that is taken would keep another environment's event from being told.
      const onceKey = "key.expired key_of_another 0";
      const event = { id: newId("msg"), environment: one, type, subjectId, body, onceKey };
      const endpoint = { id: newId("whe"), environment: one, url: "https://acme.example/", description: "" };
      const made = { created_by: "Test", created_at: at, updated_at: at };
      await owner`
        insert into webhook_endpoints ${owner({ ...endpoint, events: [type], sealed_secret: Buffer.of(0), ...made })}`;
      await connection`select publish_webhooks(${JSON.stringify([event])}::text::jsonb, ${at}::timestamptz)`;
    }
    const told = await owner`select environment, once_key from webhook_messages`;
    expect(told).toEqual([{ environment, once_key: null }]);
    await owner`truncate webhook_endpoints, webhook_messages, webhook_deliveries, webhook_attempts`;
  };

  test("can call none of our functions but those it needs, and those do no harm", async () => {
    const connection = await connectionOf(environment);
    const callable = await connection`
      select proname as name from pg_proc
      where pronamespace = 'public'::regnamespace and has_function_privilege(oid, 'EXECUTE')
        and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')
      order by 1`;
    expect(callable.map(({ name }) => name)).toEqual([
      // Reads a setting of the session's.
      "api_customers",
      "api_environment",
      // Reads with the owner's rights, for the session's environment alone; gives an id.
      "customer_with_email",
      "ensure_telemetry_partitions",
      // Text in, text out, as the caller: immutable, and reads nothing.
      "fold",
      // Writes with the owner's rights, for the session's environment alone; tells what webhooks are sent.
      "publish_webhooks",
      // As customer_with_email.
      "search_candidates",
    ]);
    await expectWebhooksOf(connection);
    for (const asked of ENVIRONMENTS) {
      const [{ id, email }] = await owner<[{ id: string; email: string }]>`
        select id, email from customers where environment = ${asked}`;
      const [found] = await connection`
        select customer_with_email(${email}) as by_email, search_candidates('customers', ${`%${email}%`}) as by_text`;
      const own = asked === environment;
      expect(found).toEqual({ by_email: own ? id : null, by_text: own ? [id] : [] });
    }
    expect(
      await attempt(connection, [
        "select ensure_telemetry_partitions('0001-01-01', 1)",
        "select ensure_telemetry_partitions('2031-01-01', 32)",
      ]),
    ).toEqual(["P0001", "P0001"]);
    connection.release();
  });

  test("sees and ends no session of the owner's or of another environment", async () => {
    const others = await Promise.all(
      [fixture.runtime.databases.owner, fixture.runtime.databases.api[other]].map(async ({ $client }) => {
        const [row] = await $client`select pg_backend_pid() as pid`;
        return row?.pid as number;
      }),
    );
    const connection = await connectionOf(environment);
    expect(
      await attempt(
        connection,
        others.flatMap((pid) => [`select pg_terminate_backend(${pid})`, `select pg_cancel_backend(${pid})`]),
      ),
    ).toEqual([REFUSED, REFUSED, REFUSED, REFUSED]);
    const seen = await connection`select query from pg_stat_activity where pid = any(${others})`;
    expect(new Set(seen.map(({ query }) => query))).toEqual(new Set(["<insufficient privilege>"]));
    connection.release();
  });
});
