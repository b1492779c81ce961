import { sql } from "drizzle-orm";
import type postgres from "postgres";
import { DAY_MS } from "@/contracts/durations";
import type { DroppedDays } from "@/contracts/settings";
import type { Executor } from "./connections";
import { type DatabaseSession, withDatabase, withTransaction } from "./session";

/** Those that have a partition for each UTC day, named `{table}_{YYYYMMDD}`. */
export type PartitionedTable = "requests" | "telemetry_events";

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
 * @returns the days with what was in them
 * @throws PostgresError lock_not_available (55P03) when readers are in the way; what was dropped before stays dropped
 */
export async function dropOldPartitions(
  scope: DatabaseSession,
  table: PartitionedTable,
  { keepDays, now, dryRun }: OldDays,
): Promise<DroppedDays> {
  if (!Number.isInteger(keepDays) || keepDays < 1) throw new Error("keepDays must be a whole number from 1");
  const firstKept = new Date(now.getTime() - keepDays * DAY_MS).toISOString().slice(0, 10);
  const old = await partitionsBefore(scope, table, firstKept);
  for (const { name } of dryRun ? [] : old) {
    await withTransaction(scope, async ({ tx }) => {
      await tx.execute(sql`set local lock_timeout = '2s'`);
      await tx.execute(sql`drop table ${sql.identifier(name)}`);
    });
  }
  const sum = (figure: (partition: Partition) => number) =>
    old.reduce((total, partition) => total + figure(partition), 0);
  return {
    days: old.map(({ name }) => dayOf(name)),
    bytes: sum(({ bytes }) => bytes),
    estimatedRows: sum(({ rows }) => rows ?? 0),
    unestimatedDays: sum(({ rows }) => (rows === null ? 1 : 0)),
  };
}

/** The first instant of the oldest day that the table has a partition for; null: it has none. */
export async function firstDayOf(db: Executor, table: PartitionedTable): Promise<Date | null> {
  const [row] = await db.execute<{ name: string | null }>(sql`
    select min(relname::text) as name from pg_inherits join pg_class on oid = inhrelid
    where inhparent = ${table}::regclass`);
  return row?.name ? new Date(dayOf(row.name)) : null;
}

type Partition = {
  name: string;
  bytes: number;
  /** As estimated; null where Postgres has not looked yet. */
  rows: number | null;
};

/** Oldest first. A partition that somebody else drops meanwhile has no size, which counts as none. */
async function partitionsBefore(
  scope: DatabaseSession,
  table: PartitionedTable,
  day: string,
): Promise<Partition[]> {
  const partitions = await withDatabase(scope, (db) =>
    db.execute<Partition>(sql`
      select relname as name, coalesce(pg_total_relation_size(oid), 0)::float8 as bytes,
        case when pg_relation_size(oid) = 0 then 0 when reltuples >= 0 then reltuples end::float8 as rows
      from pg_inherits join pg_class on oid = inhrelid
      where inhparent = ${table}::regclass order by relname`),
  );
  return partitions.filter(({ name }) => dayOf(name) < day);
}

/** `telemetry_events_20261123` holds 2026-11-23. */
function dayOf(partition: string): string {
  return partition.replace(/^.*_(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
}

/** What the UTC day of an instant in the log of requests takes on disk so far, indexes included; 0 where it has no partition. */
export async function requestBytesOfDay(sql: postgres.ISql, at: Date): Promise<number> {
  const partition = `requests_${at.toISOString().slice(0, 10).replaceAll("-", "")}`;
  const [row] = await sql<{ bytes: number }[]>`
    select coalesce(pg_total_relation_size(to_regclass(${partition})), 0)::float8 as bytes`;
  return row?.bytes ?? 0;
}

/** Makes the partitions of the log of requests for the UTC days that the instants lie in, and those of the days after each. */
export async function ensureRequestDays(sql: postgres.ISql, instants: Iterable<Date>): Promise<void> {
  const days = new Set([...instants].map((at) => at.toISOString().slice(0, 10)));
  for (const day of [...days].sort()) {
    await sql`select ensure_request_partitions(${day}::date, ${DAYS_AHEAD})`;
  }
}

/** That day's included: a process that never restarts makes them rarely. */
const DAYS_AHEAD = 3;
