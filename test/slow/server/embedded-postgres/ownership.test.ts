import { readFileSync } from "node:fs";
import path from "node:path";
import { oldDataDirectory } from "@test/support/old-installation";
import PgBoss from "pg-boss";
import { expect, onTestFinished, test } from "vitest";
import { createLogger } from "@/server/core/logger";
import { connectDatabases } from "@/server/database/connections";
import { migrateDatabase } from "@/server/database/migrate";
import { startEmbeddedPostgres } from "@/server/embedded-postgres/start";
import { loadSecrets } from "@/server/runtime/secrets-file";

/** It starts Postgres twice and makes the tables of two releases. */
const TIMEOUT_MS = 120_000;

const logger = createLogger("silent");
const start = async (dataDir: string) => {
  const server = await startEmbeddedPostgres({ dataDir, logger, durable: false });
  onTestFinished(() => server.stop());
  return server;
};

test(
  "An installation of the time when a superuser owned everything starts, keeps its rows, and belongs to an owner who is none",
  async () => {
    const dataDir = await oldDataDirectory(async (sql) => {
      await sql`
        insert into customers (id, environment, email, created_at, updated_at)
        values ('cus_kept', 'staging', 'kept@acme.example', now(), now())`;
    });
    const secrets = readFileSync(path.join(dataDir, "secrets.json"), "utf8");
    const server = await start(dataDir);
    const isolation = await migrateDatabase(server.url);
    expect(isolation.kind).toBe("logins");
    // A start of before it finds nothing left to do.
    expect(await migrateDatabase(server.url)).toEqual(isolation);
    expect(readFileSync(path.join(dataDir, "secrets.json"), "utf8")).toBe(secrets);
    expect(server.url).not.toContain(loadSecrets(dataDir).postgresPassword);

    const databases = connectDatabases(server.url, { poolSize: 1, pooling: "session", isolation });
    onTestFinished(() => databases.end());
    const owner = databases.owner.$client;
    expect(
      await owner`
    select current_user as name, rolsuper, rolbypassrls, rolreplication, rolcreatedb from pg_roles where rolname = current_user`,
    ).toEqual([
      {
        name: "keyward_owner",
        rolsuper: false,
        rolbypassrls: false,
        rolreplication: false,
        rolcreatedb: false,
      },
    ]);
    expect(
      await owner`
    select relname from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname !~ '^pg_' and nspname <> 'information_schema' and relkind <> 'i' and relowner <> 'keyward_owner'::regrole
    union all
    select nspname from pg_namespace where nspname !~ '^pg_' and nspname not in ('public', 'information_schema') and nspowner <> 'keyward_owner'::regrole
    union all
    select proname from pg_proc where pronamespace in ('public'::regnamespace, 'pgboss'::regnamespace) and proowner <> 'keyward_owner'::regrole
      and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')`,
    ).toEqual([]);
    expect(await owner`select id from customers`).toEqual([{ id: "cus_kept" }]);
    expect(await databases.api.staging.$client`select id from customers`).toEqual([{ id: "cus_kept" }]);
    expect(await databases.api.production.$client`select id from customers`).toEqual([]);

    for (const attack of [
      "copy (select 1) to program 'true'",
      "select pg_read_file('postgresql.conf')",
      "create extension file_fdw",
      "alter role keyward password 'mine'",
      "set role keyward",
      "alter system set fsync = off",
    ]) {
      await expect(Promise.resolve(owner.unsafe(attack))).rejects.toMatchObject({ code: "42501" });
    }
    // The queue's tables are its own too.
    const boss = new PgBoss({ connectionString: server.url, schema: "pgboss", max: 1 });
    boss.on("error", () => undefined);
    await boss.start();
    await boss.createQueue("upkeep");
    await boss.send("bulk", {});
    await boss.stop({ graceful: false, wait: true });
  },
  TIMEOUT_MS,
);
