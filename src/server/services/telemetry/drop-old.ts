import { sql } from "drizzle-orm";
import { authorize } from "@/server/core/authorize";
import { withDatabase, withTransaction } from "@/server/db/scope";
import type { ServiceContext } from "../context";

const DAY_MS = 86_400_000;

interface DropOldTelemetry {
  /** Whole UTC days to keep besides today, at least one. */
  keepDays: number;
  /** Only says what would go. */
  dryRun?: boolean;
}

/**
 * Drops the events of all days before those to be kept, one day's table at a time; a day's figures stay. Each drop locks
 * the whole table for a moment: it waits two seconds for that at most, because senders would wait behind it.
 * @returns the days, `YYYY-MM-DD` in UTC, oldest first
 * @throws PostgresError lock_not_available (55P03) when readers are in the way; what was dropped before stays dropped
 */
export async function dropOldTelemetry(
  ctx: ServiceContext,
  { keepDays, dryRun = false }: DropOldTelemetry,
): Promise<{ days: string[] }> {
  authorize(ctx, "settings:manage");
  if (!Number.isInteger(keepDays) || keepDays < 1) throw new Error("keepDays must be a whole number from 1");
  const firstKept = new Date(ctx.clock.now().getTime() - keepDays * DAY_MS).toISOString().slice(0, 10);
  const partitions = await withDatabase(ctx, (db) =>
    db.execute<{ name: string }>(sql`
      select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
      where inhparent = 'telemetry_events'::regclass order by relname`),
  );
  const old = partitions
    .map(({ name }) => ({ name, day: dayOf(name) }))
    .filter((partition) => partition.day < firstKept);
  for (const { name } of dryRun ? [] : old) {
    await withTransaction(ctx, async ({ tx }) => {
      await tx.execute(sql`set local lock_timeout = '2s'`);
      await tx.execute(sql`drop table ${sql.identifier(name)}`);
    });
  }
  return { days: old.map(({ day }) => day) };
}

/** `telemetry_events_20261123` holds 2026-11-23. */
function dayOf(partition: string): string {
  return partition.replace(/^.*_(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
}
