import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { eq, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { JOB_TYPES } from "@/contracts/job-types";
import type { Permission } from "@/contracts/permissions";
import { INTERNAL_DETAIL, isAppError } from "@/server/core/errors";
import { safeStack } from "@/server/core/safe-errors";
import { jobRecords, jobResultParts } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { CHUNK_LIMITS } from "@/server/database/time-limits";
import type { ServiceContext } from "@/server/services/context";
import { RESULT_KEPT_MS, tellJobEnded } from "@/server/services/jobs";
import { failJob, heldBy, type LeasedJob, leaseJob, MAX_ATTEMPTS, returnJob, type Wanted } from "./lease";
import { principalOfJob } from "./principal";
import { definitionOf } from "./registry";
import { ndjsonOf } from "./result-text";
import type { Chunk, ChunkContext, ResultRow } from "./types/definition";

/** Beside the thread that answers calls: a part of a result is some hundred kilobytes. */
const compress = promisify(gzip);

const FIRST_BACKOFF_MS = 2_000;

/**
 * Works on jobs turn by turn, until none is left to work on, or `stop` is asked for, which takes effect between two turns.
 * @param ctx Keyward's own, on the owner's pool
 * @returns the jobs that had a turn
 */
export async function runJobs(
  ctx: ServiceContext,
  wanted: Wanted,
  stop: AbortSignal,
): Promise<Set<Id<"job">>> {
  const had = new Set<Id<"job">>();
  while (!stop.aborted) {
    const job = await leaseJob(ctx, wanted);
    if (!job) break;
    had.add(job.id);
    await runTurn(ctx, job);
  }
  return had;
}

async function runTurn(ctx: ServiceContext, job: LeasedJob): Promise<void> {
  try {
    if (job.attempts > MAX_ATTEMPTS) throw new Error("The process ended in each attempt at this job");
    await runChunk(ctx, job);
  } catch (error) {
    await settle(ctx, job, error);
  }
}

/**
 * Does the next chunk: its rows, its part of the result and the progress commit together, so that a process killed at
 * any instant leaves whole chunks, and whoever goes on starts exactly after them. Nothing where the job was cancelled or
 * taken over meanwhile.
 */
async function runChunk(ctx: ServiceContext, job: LeasedJob): Promise<void> {
  const principal = await principalOfJob(ctx, job);
  const scope = { ...ctx, principal, requestId: job.requestId, limits: CHUNK_LIMITS };
  await withTransaction(scope, async (ctx) => {
    // The lock makes cancel, and a worker that believes this one dead, wait for the commit.
    const [present] = await ctx.tx
      .select({
        done: jobRecords.done,
        position: jobRecords.position,
        resultPermissions: jobRecords.resultPermissions,
      })
      .from(jobRecords)
      .where(heldBy(job))
      .for("update");
    if (!present) return;
    const { environment, input } = job;
    const definition = definitionOf(job.type);
    // Parsed by the type's schema before it was stored.
    const { done, position } = present;
    const chunk = await definition.runChunk(ctx, { input: input as never, environment, done, position });
    await keepPart(ctx, job, done, chunk.rows);
    const resultPermissions = [...new Set([...present.resultPermissions, ...(chunk.shows ?? [])])];
    await keepProgress(ctx, job, chunk, resultPermissions);
  });
}

async function keepPart(
  ctx: ChunkContext,
  { id: jobId, environment, type }: LeasedJob,
  part: number,
  rows: readonly ResultRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const ndjson = await compress(ndjsonOf(JOB_TYPES[type].resultColumns, rows));
  await ctx.tx.insert(jobResultParts).values({ jobId, part, environment, ndjson });
}

async function keepProgress(
  ctx: ChunkContext,
  job: LeasedJob,
  chunk: Chunk,
  resultPermissions: Permission[],
): Promise<void> {
  const now = ctx.clock.now();
  const { done, failed = 0, position, finished } = chunk;
  // Nobody's until its next turn, which may be another process's.
  const waiting = { leaseUntil: null };
  const ended = {
    status: "succeeded" as const,
    total: done,
    error: null,
    stack: null,
    finishedAt: now,
    resultExpiresAt: new Date(now.getTime() + RESULT_KEPT_MS),
    leaseToken: null,
    leaseUntil: null,
  };
  await ctx.tx
    .update(jobRecords)
    .set({
      done,
      failed: sql`${jobRecords.failed} + ${failed}`,
      position,
      resultPermissions,
      ...(finished ? ended : waiting),
    })
    .where(eq(jobRecords.id, job.id));
  if (finished) await tellJobEnded(ctx, job.id, "job.succeeded");
}

/** After a failed chunk: refusals are final, since another attempt would be refused too; faults are tried again. */
async function settle(ctx: ServiceContext, job: LeasedJob, error: unknown): Promise<void> {
  if (isAppError(error) && error.status < 500) {
    return failJob(ctx, job, { error: { code: error.code, detail: error.detail }, stack: null });
  }
  const stack = safeStack(error);
  ctx.logger.error({ jobId: job.id, requestId: job.requestId, attempt: job.attempts, stack }, "A job failed");
  const told = { error: { code: "internal", detail: INTERNAL_DETAIL }, stack };
  if (job.attempts >= MAX_ATTEMPTS) return failJob(ctx, job, told);
  const delayMs = FIRST_BACKOFF_MS * 4 ** (job.attempts - 1);
  return returnJob(ctx, job, { ...told, delayMs, attempts: job.attempts });
}
