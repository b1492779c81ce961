import { EventEmitter, once } from "node:events";
import { runCli, settingsFor } from "@test/cli/run";
import { startCluster, type TestCluster } from "@test/support/cluster";
import { startPooler, type TestPooler } from "@test/support/pooler";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENVIRONMENTS } from "@/contracts/environments";
import { newId } from "@/server/core/ids";
import { createLogger } from "@/server/core/logger";
import { connectDatabases } from "@/server/database/connections";
import { migrateDatabase } from "@/server/database/migrate";
import { START_LOCK } from "@/server/database/migration-locks";
import { withDatabase } from "@/server/database/session";
import { isSessionLent } from "@/server/database/session-lending";

/** What a hosting gives: a role that may make roles, a database of its own, and a pooler that knows this one role. */
describe("through pgbouncer in transaction mode", { tags: ["postgresql-15", "pgbouncer"] }, () => {
  let cluster: TestCluster;
  let pooler: TestPooler;
  let url: string;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.asAdmin(async (admin) => {
      await admin`create role app login createrole password 'app'`;
      await admin`create database app owner app`;
    });
    pooler = await startPooler(cluster, ["app"]);
    url = pooler.url("app", "app");
  });
  afterAll(async () => {
    await pooler?.stop();
    await cluster?.stop();
  });

  test("migrations run as often as processes start, and leave no lock in a connection of the pooler's", async () => {
    const migrate = () => migrateDatabase(url, { pooling: "transaction" });
    await Promise.all([migrate(), migrate(), migrate()]);
    await migrate();
    await migrateDatabase(cluster.url("app", "app"));
    const locks = await cluster.asAdmin(
      (admin) => admin`select 1 from pg_locks where locktype = 'advisory'`,
      "app",
    );
    expect(locks).toEqual([]);
  });

  test("each environment has its login where the pooler looks logins up in Postgres", async () => {
    const open = await startPooler(cluster, ["dba"], "dba");
    try {
      const isolation = await migrateDatabase(open.url("app", "app"), { pooling: "transaction" });
      expect(isolation).toMatchObject({ kind: "logins" });
    } finally {
      await open.stop();
    }
  });

  test("that sessions are lent is found by trying, and no such thing is found without the pooler", async () => {
    await migrateDatabase(url, { pooling: "transaction" });
    const through = connectDatabases(url, { poolSize: 1, pooling: "transaction" });
    const past = connectDatabases(cluster.url("app", "app"), { poolSize: 1, pooling: "session" });
    try {
      expect(await isSessionLent(through)).toBe(true);
      expect(await isSessionLent(past)).toBe(false);
    } finally {
      await Promise.all([through.end(), past.end()]);
    }
  });

  test("a command that is not told of the pooler says which setting does", async () => {
    const settings = settingsFor(url);
    const { code, stderr } = await runCli(["doctor"], settings);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(/^[^\n]*set DATABASE_POOLING=transaction\.\n$/),
    });
    const told = await runCli(["doctor"], { ...settings, DATABASE_POOLING: "transaction" });
    expect(told.stdout).toMatch(/^ok +pooler +A pooler lends sessions for a transaction/m);
  });

  test("a start that waits for another process says so, and goes on when that one is done", async () => {
    const said = new EventEmitter();
    const logger = createLogger("info", { write: (line) => void said.emit("line", line) });
    const holder = postgres(cluster.url("app", "app"), { max: 1 });
    const { migration } = await holder.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtextextended(${START_LOCK}, 0))`;
      const line = once(said, "line");
      const migration = migrateDatabase(url, { pooling: "transaction", logger });
      expect(String(await line)).toContain("Waiting for another process that prepares the database");
      return { migration };
    });
    await migration;
    await holder.end();
  });

  test("keys read rows of their environment, the console reads its own", async () => {
    const databases = connectDatabases(url, { poolSize: 2, pooling: "transaction" });
    for (const environment of ENVIRONMENTS) {
      const principal = {
        kind: "key",
        id: newId("key"),
        name: "",
        environment,
        permissions: [],
        customers: null,
      } as const;
      await withDatabase({ principal, databases }, (db) =>
        db.execute(
          sql`insert into customers values (${newId("cus")}, ${environment}, ${`${environment}@acme.example`}, null, '{}', now(), now())`,
        ),
      );
      const rows = await withDatabase({ principal, databases }, (db) =>
        db.execute(sql`select environment from customers`),
      );
      expect(rows.map((row) => row.environment)).toEqual([environment]);
    }
    expect(await databases.owner.$client`select 1 from customers`).toHaveLength(3);
    await databases.end();
  });
});
