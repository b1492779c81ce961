import { randomUUID } from "node:crypto";
import { and, asc, eq, inArray, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { JOB_TYPE_NAMES, JOB_TYPES, type JobQueue } from "@/contracts/job-types";
import type { JobError } from "@/contracts/schemas/jobs";
import type { Transaction } from "@/server/database/connections";
import { apiKeys, jobRecords } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "@/server/services/context";
import { tellJobEnded } from "@/server/services/jobs";
import { notify } from "@/server/services/notices";

/**
 * How long a worker that is not heard of keeps its job. Taken anew with each turn; it is the bound on how late a job goes
 * on after its process was killed. A worker that is only slow loses nothing but its turn: see the token.
 */
const LEASE_MS = 5_000;

export const MAX_ATTEMPTS = 3;

/** A job with the token that lets this worker, and no other, write it. */
export type LeasedJob = typeof jobRecords.$inferSelect & { leaseToken: string };

/** Which jobs a worker works on: those of a queue, one alone, or any. */
export interface Wanted {
  queue?: JobQueue;
  id?: Id<"job">;
}

/** Jobs nobody works on: due ones that are queued, those between two turns, and those whose worker is gone. */
function workable(now: Date): SQL | undefined {
  const unheld = or(isNull(jobRecords.leaseUntil), lte(jobRecords.leaseUntil, now));
  return or(
    and(eq(jobRecords.status, "queued"), lte(jobRecords.runAfter, now)),
    and(eq(jobRecords.status, "running"), unheld),
  );
}

function isWanted({ queue, id }: Wanted): SQL | undefined {
  const types = JOB_TYPE_NAMES.filter((type) => JOB_TYPES[type].queue === queue);
  return and(queue ? inArray(jobRecords.type, types) : undefined, id ? eq(jobRecords.id, id) : undefined);
}

/** Those first whose environment had its last turn longest ago, and in it whoever did; of theirs, the job that waits longest. */
const BY_TURNS = [
  sql`(select max(given.turn) from job_records as given where given.environment = ${jobRecords.environment}) nulls first`,
  sql`(select max(given.turn) from job_records as given where given.actor_id = ${jobRecords.actorId}) nulls first`,
  asc(jobRecords.runAfter),
  asc(jobRecords.id),
];

/**
 * Gives a job its next turn, which is one chunk. Environments take turns, and in them keys and administrators: whatever
 * one key has queued, another's job waits for one chunk of it and not for all.
 * @returns null when there is none, or another worker has it
 */
export async function leaseJob(ctx: ServiceContext, wanted: Wanted): Promise<LeasedJob | null> {
  const now = ctx.clock.now();
  const leaseToken = randomUUID();
  return withTransaction(ctx, async ({ tx }) => {
    // One worker at a time looks, in all processes: two that look at once would both find the same one's turn.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('job turns', 0))`);
    const [found] = await tx
      .select({ id: jobRecords.id })
      .from(jobRecords)
      .where(and(isWanted(wanted), workable(now)))
      .orderBy(...BY_TURNS)
      .limit(1)
      .for("update", { skipLocked: true });
    if (!found) return null;
    const [row] = await tx
      .update(jobRecords)
      .set({
        status: "running",
        // A turn that goes on with what the one before left whole is the same attempt.
        attempts: sql`attempts + case when status = 'running' and lease_until is null then 0 else 1 end`,
        turn: sql`nextval('job_turns')`,
        startedAt: sql`coalesce(started_at, ${now.toISOString()}::timestamptz)`,
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

/** Puts a held job back into the queue; nothing where it is not held any more. */
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
  await withTransaction(ctx, async (ctx) => {
    const finishedAt = ctx.clock.now();
    const [failed] = await ctx.tx
      .update(jobRecords)
      .set({ ...why, status: "failed", finishedAt, leaseToken: null, leaseUntil: null })
      .where(heldBy(job))
      .returning({ id: jobRecords.id });
    if (!failed) return;
    await tellOfFailure(ctx, job, why.error, finishedAt);
    await tellJobEnded(ctx, job.id, "job.failed");
  });
}

/** To whoever started it, or answers for the key that did. A retry that fails again is told anew. */
async function tellOfFailure(
  ctx: ServiceContext & { tx: Transaction },
  { id, type, environment, keyId, actorId }: LeasedJob,
  { detail }: JobError,
  at: Date,
): Promise<void> {
  await notify(ctx, {
    facts: { kind: "job_failed", job: { id, type, environment }, detail },
    subjectId: id,
    occasion: at.toISOString(),
    environment,
    for: keyId
      ? { kind: "key", ownerId: await ownerOf(ctx.tx, keyId) }
      : { kind: "person", id: actorId as Id<"adm"> },
  });
}

async function ownerOf(tx: Transaction, keyId: Id<"key">): Promise<Id<"adm"> | null> {
  const [key] = await tx.select({ ownerId: apiKeys.ownerId }).from(apiKeys).where(eq(apiKeys.id, keyId));
  return key?.ownerId ?? null;
}

/** Whether a job of a queue could have its turn now. Takes no lock, so that who has nothing to do waits for nobody. */
export async function hasWork(ctx: ServiceContext, queue: JobQueue): Promise<boolean> {
  const found = await withDatabase(ctx, (db) =>
    db
      .select({ id: jobRecords.id })
      .from(jobRecords)
      .where(and(isWanted({ queue }), workable(ctx.clock.now())))
      .limit(1),
  );
  return found.length > 0;
}
