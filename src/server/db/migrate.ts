import path from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";
import postgres from "postgres";
import type { Logger } from "@/server/core/logger";
import { parseConnectionUrl, postgresOptions } from "./connection-url";
import { unlessLost } from "./scope";
import { type Pooling, sessionSettings } from "./session-settings";
import { timeLimitSettings } from "./time-limits";

/**
 * Any constant will do; it only has to be the same in every process of the installation. Not that of the first releases:
 * they held theirs as long as a session lives, and behind a pooler one may be held for ever.
 */
const MIGRATION_LOCK = 4_711_002;

/** A wait that nobody explains looks like a start that hangs. */
const EXPLAIN_WAIT_MS = 3_000;

/** A long migration, or a long wait for another process, is no fault, whatever limits the role has for itself. */
const NO_TIME_LIMITS = timeLimitSettings({ statement: 0, lock: 0, idle: 0 });

/** Days of telemetry and of the log for which a start makes partitions, today included. */
const PARTITION_DAYS = 8;

export interface MigrationOptions {
  /** Where the SQL files are; the working directory's `drizzle` unless told otherwise. */
  folder?: string;
  pooling?: Pooling;
  /** Is told when another process is waited for. */
  logger?: Logger;
}

/**
 * Applies the migrations that are missing, all in one transaction, so that a failed one leaves nothing behind. Several
 * processes may start at once: one does the work under a lock while the others wait. The lock is the transaction's own;
 * one of the session would stay in a pooler's connection when we are gone, and every later start would wait for it.
 * @throws InvalidEnvError where the URL cannot be used; PostgresError
 */
export async function migrateDatabase(url: string, options: MigrationOptions = {}): Promise<void> {
  const target = postgresOptions(parseConnectionUrl(url));
  const pooling = options.pooling ?? "session";
  const settings: Record<string, string> = { ...sessionSettings(pooling) };
  if (pooling === "session") Object.assign(settings, NO_TIME_LIMITS);
  const client = postgres({
    ...target,
    max: 1,
    prepare: pooling === "session",
    onnotice: () => undefined,
    connection: { ...target.connection, application_name: "keyward-migrate", ...settings },
  });
  try {
    await client.begin((sql) =>
      unlessLost(async () => {
        await takeLock(sql, options.logger);
        await applyMissing(sql, options.folder ?? path.resolve("drizzle"));
      }),
    );
    // Ahead of time, so that the first batch of a day rarely has to; a process that runs longer makes them on demand.
    await client`select ensure_telemetry_partitions((now() at time zone 'UTC')::date, ${PARTITION_DAYS})`;
    await client`select ensure_request_partitions((now() at time zone 'UTC')::date, ${PARTITION_DAYS})`;
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function takeLock(sql: postgres.TransactionSql, logger: Logger | undefined): Promise<void> {
  const explain = setTimeout(
    () => logger?.warn("Waiting for another process that prepares the database"),
    EXPLAIN_WAIT_MS,
  );
  try {
    await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`;
  } finally {
    clearTimeout(explain);
  }
}

/** As drizzle's own migrator does, and with its table; but that one opens a transaction of its own, outside of the lock. */
async function applyMissing(sql: postgres.TransactionSql, folder: string): Promise<void> {
  const [journal] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as present`;
  if (!journal?.present) {
    await sql`create schema if not exists drizzle`;
    await sql`create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`;
  }
  const [last] = await sql<
    { at: string | null }[]
  >`select max(created_at) as at from drizzle.__drizzle_migrations`;
  for (const { sql: statements, hash, folderMillis } of readMigrationFiles({ migrationsFolder: folder })) {
    if (folderMillis <= Number(last?.at ?? 0)) continue;
    for (const statement of statements) await sql.unsafe(statement);
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`;
  }
}
