import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { and, asc, eq, gt } from "drizzle-orm";
import { hasCome } from "@/contracts/ends";
import type { Id } from "@/contracts/ids";
import { JOB_TYPES, type JobTypeDetails, jobResultSchema } from "@/contracts/jobs";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import type { PagedText } from "@/server/core/text-stream";
import { parse } from "@/server/core/validation";
import { jobRecords, jobResultParts } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { jobColumns, reachableJob, wrongState } from "./internal/load";

/** A stretch of what a job made: CSV (RFC 4180) in UTF-8, with a header line at the very beginning. */
export interface JobResult extends PagedText {
  /** Of the whole. */
  fileName: string;
}

/** Parts of one stretch, each one chunk of the job: what is in memory of a result at a time. */
const PARTS = 8;

/**
 * The result of a job that succeeded, for 7 days, stretch by stretch. A result holds licences with their keys, since that
 * is its purpose; so it asks for what reading those takes: a key with Job Read alone must not get at another key's
 * licences this way.
 * @param input `after` is the `next` of the stretch before; absent: the first one
 * @throws AppError not_found, also once the result has expired; invalid_state before the job succeeded; permission_denied
 */
export async function getJobResult(
  ctx: ServiceContext,
  input: { id: Id<"job">; after?: number | null },
): Promise<JobResult> {
  authorize(ctx, "jobs:read");
  const { id, after } = parse(jobResultSchema, input);
  const { row, parts } = await withDatabase(ctx, async (db) => {
    const [row] = await db.select(jobColumns).from(jobRecords).where(reachableJob(ctx, id));
    if (!row) throw notFound();
    const type: JobTypeDetails = JOB_TYPES[row.type];
    for (const permission of [type.resultPermission, ...row.resultPermissions]) authorize(ctx, permission);
    // Or a viewer, to whom pages mask licence keys, would download them.
    if (type.resultHasLicenseKeys && ctx.principal.kind === "admin") authorize(ctx, "licenses:reveal");
    if (row.status !== "succeeded") throw wrongState(row, "asked for a result");
    if (!row.resultExpiresAt || hasCome(row.resultExpiresAt, ctx.clock.now())) throw notFound();
    const parts = await db
      .select({ part: jobResultParts.part, bytes: jobResultParts.bytes })
      .from(jobResultParts)
      .where(
        and(eq(jobResultParts.jobId, row.id), after === null ? undefined : gt(jobResultParts.part, after)),
      )
      .orderBy(asc(jobResultParts.part))
      .limit(PARTS + 1);
    return { row, parts };
  });
  const stretch = parts.slice(0, PARTS);
  const packed = Buffer.concat(stretch.map((part) => part.bytes));
  const bytes = packed.length === 0 ? packed : await promisify(gunzip)(packed);
  return {
    fileName: `${row.type}-${row.id}.csv`,
    text: bytes.toString("utf8"),
    next: parts.length > PARTS ? (stretch.at(-1)?.part ?? null) : null,
  };
}
