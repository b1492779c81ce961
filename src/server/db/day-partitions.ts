import { sql } from "drizzle-orm";
import { type DataScope, withDatabase, withTransaction } from "./scope";

const DAY_MS = 86_400_000;

interface OldDays {
  /** Whole UTC days to keep besides today, at least one. */
  keepDays: number;
  now: Date;
  /** Only says what would go. */
  dryRun: boolean;
}

/**
 * Drops the partitions of all days before those to be kept, one at a time. Each drop locks the whole table for a moment:
 * it waits two seconds for that at most, because writers would wait behind it.
 * @param table partitioned by UTC day, its partitions named `{table}_{YYYYMMDD}`
 * @returns the days, `YYYY-MM-DD`, oldest first
 * @throws PostgresError lock_not_available (55P03) when readers are in the way; what was dropped before stays dropped
 */
export async function dropOldDays(
  scope: DataScope,
  table: "requests" | "telemetry_events",
  { keepDays, now, dryRun }: OldDays,
): Promise<string[]> {
  if (!Number.isInteger(keepDays) || keepDays < 1) throw new Error("keepDays must be a whole number from 1");
  const firstKept = new Date(now.getTime() - keepDays * DAY_MS).toISOString().slice(0, 10);
  const partitions = await withDatabase(scope, (db) =>
    db.execute<{ name: string }>(sql`
      select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
      where inhparent = ${table}::regclass order by relname`),
  );
  const old = partitions
    .map(({ name }) => ({ name, day: dayOf(name) }))
    .filter((partition) => partition.day < firstKept);
  for (const { name } of dryRun ? [] : old) {
    await withTransaction(scope, async ({ tx }) => {
      await tx.execute(sql`set local lock_timeout = '2s'`);
      await tx.execute(sql`drop table ${sql.identifier(name)}`);
    });
  }
  return old.map(({ day }) => day);
}

/** `telemetry_events_20261123` holds 2026-11-23. */
function dayOf(partition: string): string {
  return partition.replace(/^.*_(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
}
