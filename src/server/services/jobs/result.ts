import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { asc, eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { JOB_TYPES } from "@/contracts/jobs";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { jobRecords, jobResultParts } from "@/server/db/schema";
import { withDatabase } from "@/server/db/scope";
import type { ServiceContext } from "../context";
import { jobColumns, reachableJob, wrongState } from "./load";

/** What a job made, as a file. */
export interface JobResult {
  fileName: string;
  /** CSV (RFC 4180) in UTF-8, with a header line. */
  text: string;
}

/**
 * The result of a job that succeeded, for 7 days. A result holds licences with their keys, since that is its purpose;
 * so it asks for what reading those takes: a key with Job Read alone must not get at another key's licences this way.
 * @throws AppError not_found, also once the result has expired; invalid_state before the job succeeded; permission_denied
 */
export async function getJobResult(ctx: ServiceContext, input: { id: Id<"job"> }): Promise<JobResult> {
  authorize(ctx, "jobs:read");
  const { row, parts } = await withDatabase(ctx, async (db) => {
    const [row] = await db.select(jobColumns).from(jobRecords).where(reachableJob(ctx, input.id));
    if (!row) throw notFound();
    authorize(ctx, JOB_TYPES[row.type].resultPermission);
    if (row.status !== "succeeded") throw wrongState(row, "asked for a result");
    if (!row.resultExpiresAt || row.resultExpiresAt.getTime() <= ctx.clock.now().getTime()) throw notFound();
    const parts = await db
      .select({ bytes: jobResultParts.bytes })
      .from(jobResultParts)
      .where(eq(jobResultParts.jobId, row.id))
      .orderBy(asc(jobResultParts.part));
    return { row, parts };
  });
  const bytes = await promisify(gunzip)(Buffer.concat(parts.map((part) => part.bytes)));
  return { fileName: `${row.type}-${row.id}.csv`, text: bytes.toString("utf8") };
}
