import { and, eq, sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import { JOB_QUEUES, JOB_TYPES, type JobQueue, type JobType } from "@/contracts/job-types";
import type { JobStats, JobStatus } from "@/contracts/jobs";
import { environmentFilterSchema } from "@/contracts/schemas/environments";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import type { Executor } from "@/server/database/connections";
import { jobRecords } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { withinReach } from "../reach";

const CAP = 1_000;

/**
 * How many jobs run, wait and have failed, and in which queues. Counts stop at a bound, so that the page costs the same
 * in ten years.
 */
export async function getJobStats(
  ctx: ServiceContext,
  input: { environment: Environment | null },
): Promise<JobStats> {
  authorize(ctx, "jobs:read");
  const { environment } = parse(environmentFilterSchema, inEnvironment(ctx, input));
  return withDatabase(ctx, async (db) => {
    const [running, queued, failed] = await Promise.all([
      countByType(ctx, db, "running", environment),
      countByType(ctx, db, "queued", environment),
      countByType(ctx, db, "failed", environment),
    ]);
    const busy = new Set<JobQueue>([...running, ...queued].map(({ type }) => JOB_TYPES[type].queue));
    return {
      running: sum(running),
      queued: sum(queued),
      failed: sum(failed),
      activeQueues: JOB_QUEUES.filter((queue) => busy.has(queue)),
      cap: CAP,
    };
  });
}

type Counts = { type: JobType; count: number }[];

const sum = (counts: Counts) => counts.reduce((total, { count }) => total + count, 0);

function countByType(
  ctx: ServiceContext,
  db: Executor,
  status: JobStatus,
  environment: Environment | null,
): Promise<Counts> {
  const some = db
    .select({ type: jobRecords.type })
    .from(jobRecords)
    .where(and(eq(jobRecords.status, status), withinReach(ctx, jobRecords.environment, environment)))
    .limit(CAP)
    .as("some");
  return db.select({ type: some.type, count: sql<number>`count(*)::int` }).from(some).groupBy(some.type);
}
