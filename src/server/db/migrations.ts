import { readMigrationFiles } from "drizzle-orm/migrator";
import type postgres from "postgres";

/** Days of telemetry and of the log for which a start makes partitions, today included. */
const PARTITION_DAYS = 8;

/** The end of 0000, done by ensureApiRole: as it stands there, it fails for an owner whose administrator did it before. */
const GRANT_OF_API_ROLE = /^GRANT keyward_api TO CURRENT_USER;?\s*$/m;

/**
 * Applies the migrations that are missing. As drizzle's own migrator does, and with its table; but that one opens a
 * transaction of its own, outside of the start's lock.
 * @param folder where the SQL files are
 * @returns how many were missing
 */
export async function applyMissingMigrations(sql: postgres.TransactionSql, folder: string): Promise<number> {
  const [journal] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as present`;
  if (!journal?.present) {
    await sql`create schema if not exists drizzle`;
    await sql`create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`;
  }
  const [last] = await sql<
    { at: string | null }[]
  >`select max(created_at) as at from drizzle.__drizzle_migrations`;
  const missing = readMigrationFiles({ migrationsFolder: folder }).filter(
    ({ folderMillis }) => folderMillis > Number(last?.at ?? 0),
  );
  for (const { sql: statements, hash, folderMillis } of missing) {
    for (const statement of statements) {
      if (!GRANT_OF_API_ROLE.test(statement)) await sql.unsafe(statement);
    }
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`;
  }
  return missing.length;
}

/** Ahead of time, so that the first batch of a day rarely has to; a process that runs longer makes them on demand. */
export async function ensurePartitions(sql: postgres.Sql): Promise<void> {
  await sql`select ensure_telemetry_partitions((now() at time zone 'UTC')::date, ${PARTITION_DAYS})`;
  await sql`select ensure_request_partitions((now() at time zone 'UTC')::date, ${PARTITION_DAYS})`;
}
