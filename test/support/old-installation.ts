import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import PgBoss from "pg-boss";
import postgres from "postgres";
import { inject } from "vitest";
import { createLogger } from "@/server/core/logger";
import { applyMissingMigrations } from "@/server/database/migrations";
import { superuserUrl } from "@/server/embedded-postgres/postmaster";
import { startEmbeddedPostgres } from "@/server/embedded-postgres/start";
import { loadSecrets, type Secrets } from "@/server/runtime/secrets-file";

/** The last migration of the release before "Withstand strangers" (commit 58d0ce6). */
const LAST_OF_OLD = "0016_search_of_jobs";

/** The migrations of that release, in a folder of their own. */
export function oldMigrations(): string {
  const folder = path.join(inject("scratchDirectory"), `migrations-${randomUUID()}`);
  mkdirSync(folder);
  cpSync("drizzle", folder, { recursive: true });
  const file = path.join(folder, "meta/_journal.json");
  const journal = JSON.parse(readFileSync(file, "utf8"));
  const last = journal.entries.findIndex(({ tag }: { tag: string }) => tag === LAST_OF_OLD);
  if (last === -1) throw new Error(`There is no migration ${LAST_OF_OLD}.`);
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, last + 1) }));
  return folder;
}

/**
 * A data directory as that release left it: one superuser, who owns the database, its tables and the job queue.
 * @param fill puts rows into its tables, as that superuser; partitions are there from yesterday on
 */
export async function oldDataDirectory(
  fill: (sql: postgres.Sql, secrets: Secrets) => Promise<void>,
): Promise<string> {
  const dataDir = path.join(inject("scratchDirectory"), randomUUID());
  const server = await startEmbeddedPostgres({ dataDir, logger: createLogger("silent"), durable: false });
  try {
    const secrets = loadSecrets(dataDir);
    const port = Number(new URL(server.url).port);
    const connect = (database: string) =>
      postgres(superuserUrl(port, secrets.postgresPassword, database), {
        max: 1,
        onnotice: () => undefined,
      });
    const admin = connect("postgres");
    await admin.unsafe("drop database keyward");
    await admin.unsafe("drop role keyward_owner");
    await admin.unsafe("create database keyward");
    await admin.end();
    const sql = connect("keyward");
    await sql.begin((tx) => applyMissingMigrations(tx, oldMigrations()));
    await sql`
      select ensure_telemetry_partitions((now() at time zone 'UTC')::date - 1, 3),
             ensure_request_partitions((now() at time zone 'UTC')::date - 1, 3)`;
    await fill(sql, secrets);
    await sql.end();
    const connectionString = superuserUrl(port, secrets.postgresPassword, "keyward");
    const boss = new PgBoss({ connectionString, schema: "pgboss", max: 1 });
    boss.on("error", () => undefined);
    await boss.start();
    await boss.createQueue("bulk");
    await boss.stop({ graceful: false, wait: true });
  } finally {
    await server.stop();
  }
  return dataDir;
}
