import { readMigrationFiles } from "drizzle-orm/migrator";
import type postgres from "postgres";
import type { Logger } from "@/server/core/logger";
import journal from "../../../drizzle/meta/_journal.json";
import { forgetSnapshot, takeTables } from "./migration-locks";
import { isOnline, runOffline, runOnline } from "./online-migrations";

/** Days of telemetry and of the log for which a start makes partitions, today included. */
const PARTITION_DAYS = 8;

/** The end of 0000, done by ensureApiRole: as it stands there, it fails for an owner whose administrator did it before. */
const GRANT_OF_API_ROLE = /^GRANT keyward_api TO CURRENT_USER;?\s*$/m;

export interface Applied {
  /** How many were missing. */
  applied: number;
  /** Whether the database has migrations that the folder has not. */
  isAhead: boolean;
  /** False: the transaction has to be committed first, and the rest applied in another one. */
  isDone: boolean;
}

/**
 * Applies the migrations that are missing. As drizzle's own migrator does, and with its table; but that one opens a
 * transaction of its own, outside of the start's lock.
 * @param folder where the SQL files are
 * @param options.upTo applies none that was made later, in milliseconds
 * @param options.logger is told who is in the way of a migration that runs beside calls
 * @param options.beside a connection for the migrations that run beside calls, in no transaction. While they do, this one
 *   holds the start's lock and no table: so one that has changed tables ends first. Without it, and in a new database, all
 *   is one transaction
 */
export async function applyMissingMigrations(
  sql: postgres.TransactionSql,
  folder: string,
  {
    upTo = Number.POSITIVE_INFINITY,
    beside,
    logger,
  }: { upTo?: number; beside?: postgres.Sql; logger?: Logger | undefined } = {},
): Promise<Applied> {
  const [journal] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as present`;
  if (!journal?.present) {
    await sql`create schema if not exists drizzle`;
    await sql`create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`;
  }
  const [last] = await sql<
    { at: string | null }[]
  >`select max(created_at) as at from drizzle.__drizzle_migrations`;
  const lastApplied = Number(last?.at ?? 0);
  const ours = readMigrationFiles({ migrationsFolder: folder });
  const missing = ours.filter(({ folderMillis }) => folderMillis > lastApplied && folderMillis <= upTo);
  const isAhead = ours.every(({ folderMillis }) => folderMillis < lastApplied);
  const isServed = lastApplied > 0;
  let hasTables = false;
  for (const [applied, migration] of missing.entries()) {
    if (isOnline(migration) && beside && isServed) {
      if (hasTables) return { applied, isAhead, isDone: false };
      await forgetSnapshot(sql);
      await runOnline(beside, migration, logger);
    } else {
      if (isServed && !hasTables) await takeTables(sql);
      hasTables = true;
      if (isOnline(migration)) await runOffline(sql, migration);
      else await runAll(sql, migration.sql);
    }
    const { hash, folderMillis } = migration;
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`;
  }
  return { applied: missing.length, isAhead, isDone: true };
}

async function runAll(sql: postgres.TransactionSql, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    if (!GRANT_OF_API_ROLE.test(statement)) await sql.unsafe(statement);
  }
}

/** Where a database whose last migration was made then stands in the history of this code. */
export function placeInHistory(migration: number): "known" | "newer" | "unknown" {
  const known = journal.entries.map(({ when }) => when);
  if (known.includes(migration)) return "known";
  return migration > Math.max(...known) ? "newer" : "unknown";
}

/**
 * How the database's migrations compare with those of this code, for a process that has no folder of them.
 * @returns below 0: the database lacks some; above: it has newer ones; 0: they are the same
 */
export async function compareMigrations(sql: postgres.ISql): Promise<number> {
  const [there] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as present`;
  if (!there?.present) return -1;
  const [last] = await sql`select max(created_at)::float8 as at from drizzle.__drizzle_migrations`;
  return Number(last?.at ?? 0) - Math.max(...journal.entries.map(({ when }) => when));
}

/** Ahead of time, so that the first batch of a day rarely has to; a process that runs longer makes them on demand. */
export async function ensurePartitions(sql: postgres.ISql): Promise<void> {
  await sql`select ensure_telemetry_partitions((now() at time zone 'UTC')::date, ${PARTITION_DAYS})`;
  await sql`select ensure_request_partitions((now() at time zone 'UTC')::date, ${PARTITION_DAYS})`;
}
