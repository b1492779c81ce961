import { and, eq, sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { JobFigures, JobStatus } from "@/contracts/jobs";
import { authorize } from "@/server/core/authorize";
import type { Executor } from "@/server/db/connections";
import { jobRecords } from "@/server/db/schema";
import { withDatabase } from "@/server/db/scope";
import type { ServiceContext } from "../context";

const CAP = 1_000;

/** How many jobs run, wait and have failed. Counts stop at a bound, so that the page costs the same in ten years. */
export async function getJobFigures(
  ctx: ServiceContext,
  input: { environment: Environment | null },
): Promise<JobFigures> {
  authorize(ctx, "jobs:read");
  const environment = ctx.principal.kind === "key" ? ctx.principal.environment : input.environment;
  return withDatabase(ctx, async (db) => {
    const [running, queued, failed] = await Promise.all([
      count(db, "running", environment),
      count(db, "queued", environment),
      count(db, "failed", environment),
    ]);
    return { running, queued, failed, cap: CAP };
  });
}

async function count(db: Executor, status: JobStatus, environment: Environment | null): Promise<number> {
  const some = db
    .select({ id: jobRecords.id })
    .from(jobRecords)
    .where(
      and(eq(jobRecords.status, status), environment ? eq(jobRecords.environment, environment) : undefined),
    )
    .limit(CAP)
    .as("some");
  const [row] = await db.select({ count: sql<number>`count(*)::int` }).from(some);
  return row?.count ?? 0;
}
