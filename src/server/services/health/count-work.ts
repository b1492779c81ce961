import { sql } from "drizzle-orm";
import { HOUR_MS } from "@/contracts/durations";
import { authorize } from "@/server/core/authorize";
import { withDatabase } from "@/server/database/session";
import type { TimeLimits } from "@/server/database/time-limits";
import type { ServiceContext } from "../context";
import { readSessionLifetimes } from "../settings";

/** Counting stops here, so that it costs the same in ten years. */
const CAP = 10_000;

/** Whoever watches asks again in some seconds: an answer that is late is worth nothing, and must not hold a place. */
const LIMITS: TimeLimits = { answer: 900, statement: 800, lock: 500, idle: 5_000 };

/** What Postgres knows of the work to do, for whoever watches over Keyward. */
export interface WorkCounts {
  jobs: Record<"queued" | "running" | "failed", number>;
  /** Of the job that is due longest; 0: none waits. Milliseconds. */
  oldestWaitMs: number;
  /** Of administrators, those that still count. */
  sessions: number;
  /** Of the whole database, on disk. */
  databaseBytes: number;
}

/**
 * Counts jobs and sessions, each up to 10,000, and measures the database.
 * @throws AppError permission_denied; unavailable when Postgres has not answered within a second
 */
export async function countWork(ctx: ServiceContext): Promise<WorkCounts> {
  authorize(ctx, "settings:manage");
  const now = ctx.clock.now();
  const limited = { ...ctx, limits: LIMITS };
  const { idleHours } = await readSessionLifetimes(limited);
  const seenAfter = new Date(now.getTime() - idleHours * HOUR_MS).toISOString();
  const jobs = (status: string) =>
    sql`(select count(*)::int from (select from job_records where status = ${status} limit ${CAP}) as counted)`;
  const [row] = await withDatabase(limited, (db) =>
    db.execute<{
      queued: number;
      running: number;
      failed: number;
      due_ms: number | null;
      sessions: number;
      bytes: number;
    }>(sql`
      select ${jobs("queued")} as queued, ${jobs("running")} as running, ${jobs("failed")} as failed,
        (select extract(epoch from min(run_after))::float8 * 1000 from job_records where status = 'queued') as due_ms,
        (select count(*)::int from (
          select from sessions where last_seen_at > ${seenAfter}::timestamptz and expires_at > ${now.toISOString()}::timestamptz
          limit ${CAP}) as counted) as sessions,
        pg_database_size(current_database())::float8 as bytes`),
  );
  if (!row) throw new Error("A select without from has one row.");
  return {
    jobs: { queued: row.queued, running: row.running, failed: row.failed },
    oldestWaitMs: row.due_ms === null ? 0 : Math.max(now.getTime() - row.due_ms, 0),
    sessions: row.sessions,
    databaseBytes: row.bytes,
  };
}
