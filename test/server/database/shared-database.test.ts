// @module-tag long
import { startCluster, type TestCluster } from "@test/support/cluster";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createLogger } from "@/server/core/logger";
import { API_ROLE } from "@/server/database/connections";
import { sqlForLogins } from "@/server/database/logins";
import { migrateDatabase } from "@/server/database/migrate";

const WAIT_MS = 20_000;

/** A server that is not Keyward's own: other applications keep their tables in its database, and its roles are everybody's. */
describe("on a server that others use too", { tags: ["postgresql-15"] }, () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.asAdmin(async (admin) => {
      await admin`create role app login createrole password 'app'`;
      await admin`create role modest login password 'modest'`;
      await admin`create role neighbour login password 'neighbour'`;
      for (const [name, owner] of Object.entries({ first: "app", common: "app", closed: "modest" })) {
        await admin`create database ${admin(name)} owner ${admin(owner)}`;
      }
    });
  });
  afterAll(() => cluster?.stop());

  function connect(user: string, database: string): postgres.Sql {
    const sql = postgres(cluster.url(user, database), { max: 1, onnotice: () => undefined });
    onTestFinished(() => sql.end());
    return sql;
  }

  // The first test: afterwards the role is there, for every database of the server.
  test("a start goes on where another installation makes the API's role at the same moment", async () => {
    const other = connect("dba", "postgres");
    const observer = connect("dba", "postgres");
    expect(await other`select from pg_roles where rolname = ${API_ROLE}`).toHaveLength(0);
    const { migration } = await other.begin(async (tx) => {
      await tx.unsafe(`create role ${API_ROLE} nologin noinherit`);
      await tx.unsafe(`grant ${API_ROLE} to app`);
      const migration = migrateDatabase(cluster.url("app", "first"));
      migration.catch(() => undefined);
      const isWaiting = () => observer`
        select from pg_stat_activity where datname = 'first' and wait_event_type = 'Lock' and query ilike 'create role%'`;
      await vi.waitFor(async () => expect(await isWaiting()).not.toEqual([]), { timeout: WAIT_MS });
      return { migration };
    });
    expect((await migration).kind).toBe("logins");
  });

  test("a start leaves tables, policies, functions and rights of others in its schema as they are, those of its own login's too", async () => {
    const lines: string[] = [];
    const logger = createLogger("info", { write: (line) => void lines.push(line) });
    const start = () => migrateDatabase(cluster.url("app", "common"), { logger });
    await cluster.asAdmin((admin) => admin`grant create on schema public to neighbour`, "common");
    const leave = async (user: string, name: string) => {
      const sql = connect(user, "common");
      await sql.unsafe(`
        create table ${name} (id int);
        alter table ${name} enable row level security;
        create policy ${name}_policy on ${name} using (true);
        grant select on ${name} to public;
        create function ${name}_count() returns int language sql as 'select 1'`);
    };
    const facts = () =>
      cluster.asAdmin(
        (admin) => admin`
          select relname as name, relacl::text as rights, relrowsecurity::text as more from pg_class where relname ~ '^left_'
          union all
          select proname, proacl::text, has_function_privilege('neighbour', oid, 'EXECUTE')::text from pg_proc where proname ~ '^left_'
          union all
          select policyname, roles::text, qual from pg_policies where policyname ~ '^left_'
          order by 1`,
        "common",
      );
    await leave("app", "left_by_app");
    await leave("neighbour", "left_by_neighbour");
    const before = await facts();
    expect(before).toHaveLength(6);
    expect((await start()).kind).toBe("logins");
    expect(await facts()).toEqual(before);

    // Nor is it news to a later start what others did since.
    await leave("app", "left_by_app_later");
    const later = await facts();
    expect(later.find(({ name }) => name === "left_by_app_later_count")?.more).toBe("true");
    expect((await start()).kind).toBe("logins");
    expect(await facts()).toEqual(later);
    expect(lines.join("")).not.toContain('"level":"warn"');
  });

  describe("whose administrator makes the logins, the SQL to run", () => {
    const url = () => cluster.url("modest", "closed");
    const inDatabase = (statements: readonly string[]) =>
      cluster.asAdmin(async (admin) => {
        for (const statement of statements) await admin.unsafe(statement);
      }, "closed");
    /** What an administrator would be given after a start, and how that start found the environments kept apart. */
    async function afterStart(): Promise<{ kind: string; statements: string[] }> {
      const isolation = await migrateDatabase(url());
      const turnedDown = isolation.kind === "shared" ? isolation.turnedDown : undefined;
      return {
        kind: isolation.kind,
        statements: await sqlForLogins(connect("modest", "closed"), turnedDown),
      };
    }
    const verbs = (statements: readonly string[]) =>
      statements.map((one) => one.split(" ", 2).join(" ")).toSorted();

    beforeAll(() => inDatabase([`grant ${API_ROLE} to modest`, "grant create on schema public to modest"]));

    test("makes the roles that are missing, and is nothing once it was run", async () => {
      const first = await afterStart();
      expect(first.kind).toBe("shared");
      expect(verbs(first.statements)).toEqual(["CREATE ROLE", "CREATE ROLE", "CREATE ROLE"]);
      await inDatabase(first.statements);
      expect(await afterStart()).toEqual({ kind: "logins", statements: [] });
    });

    test.each([
      ["may not sign in", (role: string) => `alter role ${role} nologin`, ["ALTER ROLE"]],
      ["has another password", (role: string) => `alter role ${role} password 'another'`, ["ALTER ROLE"]],
      ["is no member", (role: string) => `revoke ${API_ROLE} from ${role}`, [`GRANT ${API_ROLE}`]],
    ])("mends a role that %s, and touches no other", async (_what, harm, expected) => {
      const [login] = await connect("modest", "closed")`
        select role from api_logins where environment = 'staging'`;
      await inDatabase([harm(login?.role)]);
      const harmed = await afterStart();
      expect(harmed.kind).toBe("shared");
      expect(verbs(harmed.statements)).toEqual(expected);
      expect(harmed.statements.every((one) => one.includes(login?.role))).toBe(true);
      await inDatabase(harmed.statements);
      expect(await afterStart()).toEqual({ kind: "logins", statements: [] });
    });

    test("takes from everybody what is open, and is nothing where only the way to the server turns the roles down", async () => {
      const sql = connect("modest", "closed");
      await inDatabase([
        "grant temporary on database closed to public",
        "grant create on schema public to public",
      ]);
      expect(verbs(await sqlForLogins(sql))).toEqual(["REVOKE CREATE", "REVOKE TEMPORARY"]);
      await inDatabase(await sqlForLogins(sql));
      expect(await sqlForLogins(sql)).toEqual([]);
    });
  });
});
