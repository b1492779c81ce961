import path from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";

/** Any constant will do; it only has to be the same in every process of the installation. */
const MIGRATION_LOCK = 4_711_001;

/** Days of telemetry for which a start makes partitions, today included. */
const PARTITION_DAYS = 8;

/**
 * Applies the migrations that are missing. Several processes may start at once: an advisory lock lets one do the work
 * while the others wait, and a failed migration leaves nothing behind (all run in one transaction).
 * @param folder where the SQL files are; the working directory's `drizzle` unless told otherwise
 */
export async function migrateDatabase(url: string, folder = path.resolve("drizzle")): Promise<void> {
  const client = postgres(url, {
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: "keyward-migrate" },
  });
  try {
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle(client), { migrationsFolder: folder });
    // Ahead of time, so that the first batch of a day rarely has to; a process that runs longer makes them on demand.
    await client`select ensure_telemetry_partitions((now() at time zone 'UTC')::date, ${PARTITION_DAYS})`;
    await client`select ensure_request_partitions((now() at time zone 'UTC')::date, ${PARTITION_DAYS})`;
  } finally {
    // Ending the session releases the lock, also after a failure.
    await client.end({ timeout: 5 });
  }
}
