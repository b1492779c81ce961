import { randomUUID } from "node:crypto";
import { and, asc, eq, inArray, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { JobError } from "@/contracts/jobs";
import { jobRecords } from "@/server/db/schema";
import { withTransaction } from "@/server/db/scope";
import type { ServiceContext } from "@/server/services/context";

/**
 * How long a worker that is not heard of keeps its job. Each chunk renews it; it is the bound on how late a job goes on
 * after its process was killed. A worker that is only slow loses nothing but its turn: see the token.
 */
export const LEASE_MS = 5_000;

/** A wake-up that did not lead to a lease within this time is taken for lost. */
const WAKE_UP_LOST_MS = 30_000;

export const MAX_ATTEMPTS = 3;

/** A job with the token that lets this worker, and no other, write it. */
export type LeasedJob = typeof jobRecords.$inferSelect & { leaseToken: string };

/** Jobs nobody works on: due ones in line, and those whose worker is gone. */
function workable(now: Date): SQL | undefined {
  return or(
    and(eq(jobRecords.status, "queued"), lte(jobRecords.runAfter, now)),
    and(eq(jobRecords.status, "running"), lte(jobRecords.leaseUntil, now)),
  );
}

/**
 * Takes up a job: the one named, or the one that waits longest.
 * @returns null when there is none, or another worker has it; two workers never hold one job, because the row's lock
 * lets one look at a time and the lease that it finds tells the other
 */
export async function leaseJob(ctx: ServiceContext, id: Id<"job"> | null): Promise<LeasedJob | null> {
  const now = ctx.clock.now();
  const leaseToken = randomUUID();
  return withTransaction(ctx, async ({ tx }) => {
    const [found] = await tx
      .select({ id: jobRecords.id })
      .from(jobRecords)
      .where(and(id ? eq(jobRecords.id, id) : undefined, workable(now)))
      .orderBy(asc(jobRecords.runAfter))
      .limit(1)
      .for("update", { skipLocked: true });
    if (!found) return null;
    const [row] = await tx
      .update(jobRecords)
      .set({
        status: "running",
        attempts: sql`attempts + 1`,
        startedAt: sql`coalesce(started_at, ${now.toISOString()}::timestamptz)`,
        dispatchedAt: null,
        leaseToken,
        leaseUntil: new Date(now.getTime() + LEASE_MS),
      })
      .where(eq(jobRecords.id, found.id))
      .returning();
    return row ? { ...row, leaseToken } : null;
  });
}

/** The job, as long as this worker still holds it. */
export function heldBy({ id, leaseToken }: LeasedJob): SQL | undefined {
  return and(eq(jobRecords.id, id), eq(jobRecords.leaseToken, leaseToken));
}

/** Puts a held job back in line; nothing where it is not held any more. */
export async function returnJob(
  ctx: ServiceContext,
  job: LeasedJob,
  why: { delayMs: number; attempts: number; error: JobError | null; stack: string | null },
): Promise<void> {
  const { delayMs, ...rest } = why;
  const runAfter = new Date(ctx.clock.now().getTime() + delayMs);
  await withTransaction(ctx, async ({ tx }) => {
    await tx
      .update(jobRecords)
      .set({ ...rest, status: "queued", runAfter, leaseToken: null, leaseUntil: null })
      .where(heldBy(job));
  });
}

/** Ends a held job as failed; nothing where it is not held any more. */
export async function failJob(
  ctx: ServiceContext,
  job: LeasedJob,
  why: { error: JobError; stack: string | null },
): Promise<void> {
  await withTransaction(ctx, async ({ tx }) => {
    await tx
      .update(jobRecords)
      .set({ ...why, status: "failed", finishedAt: ctx.clock.now(), leaseToken: null, leaseUntil: null })
      .where(heldBy(job));
  });
}

/**
 * Jobs to wake a worker for, noted as dispatched. The wake-ups are sent after the commit: a worker that was woken while
 * the rows are still locked would pass them over. Should the process end in between, the next process sends them again.
 */
export async function dispatchableJobs(
  ctx: ServiceContext,
  limit: number,
): Promise<Pick<LeasedJob, "id" | "type">[]> {
  const now = ctx.clock.now();
  const lost = new Date(now.getTime() - WAKE_UP_LOST_MS);
  return withTransaction(ctx, async ({ tx }) => {
    const jobs = await tx
      .select({ id: jobRecords.id, type: jobRecords.type })
      .from(jobRecords)
      .where(and(workable(now), or(isNull(jobRecords.dispatchedAt), lte(jobRecords.dispatchedAt, lost))))
      .orderBy(asc(jobRecords.runAfter))
      .limit(limit)
      .for("update", { skipLocked: true });
    if (jobs.length === 0) return [];
    const ids = jobs.map(({ id }) => id);
    await tx.update(jobRecords).set({ dispatchedAt: now }).where(inArray(jobRecords.id, ids));
    return jobs;
  });
}
