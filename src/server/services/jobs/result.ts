import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { and, asc, eq, gt } from "drizzle-orm";
import { hasCome } from "@/contracts/ends";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { JOB_TYPES, type JobType, type JobTypeDetails } from "@/contracts/job-types";
import { jobIdSchema } from "@/contracts/schemas/jobs";
import { authorize } from "@/server/core/authorize";
import { type Download, type FilePart, partsFrom } from "@/server/core/download";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { jobRecords, jobResultParts } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { reachable } from "../reach";
import { jobColumns, wrongState } from "./internal/load";

/** Chunks of a job in one part: what is in memory of a result at a time. */
const CHUNKS = 8;

/**
 * The result of a job that succeeded, for 7 days: CSV (RFC 4180) with a header line. A result holds licences with their
 * keys, since that is its purpose; so each part asks for what reading those takes: a key with Job Read alone must not get
 * at another key's licences this way.
 * @throws AppError not_found, also once the result has expired; invalid_state before the job succeeded; permission_denied
 */
export async function getJobResult(
  ctx: ServiceContext,
  input: { id: Id<"job"> },
): Promise<Download<ServiceContext>> {
  authorize(ctx, "jobs:read");
  const { id } = parse(jobIdSchema, input);
  const first = await readPart(ctx, id, null);
  if (first.hasLicenseKeys && ctx.principal.kind === "admin") await recordDownload(ctx, id, first);
  const read = (ctx: ServiceContext, after: number) => readPart(ctx, id, after);
  return { fileName: `${first.type}-${id}.csv`, format: "csv", parts: partsFrom(first, read) };
}

interface JobOfResult {
  type: JobType;
  environment: Environment;
  hasLicenseKeys: boolean;
}

/** That somebody took a copy of licence keys, which anybody can activate who has one, before the first row leaves. */
async function recordDownload(ctx: ServiceContext, id: Id<"job">, { type, environment }: JobOfResult) {
  await withTransaction(ctx, (ctx) =>
    recordAudit(ctx, {
      action: "job.download",
      subject: { id, name: JOB_TYPES[type].label },
      environment,
    }),
  );
}

async function readPart(
  ctx: ServiceContext,
  id: Id<"job">,
  after: number | null,
): Promise<FilePart<number> & JobOfResult> {
  authorize(ctx, "jobs:read");
  const { type, environment, hasLicenseKeys, chunks } = await withDatabase(ctx, async (db) => {
    const [row] = await db
      .select(jobColumns)
      .from(jobRecords)
      .where(reachable(ctx, jobRecords, id));
    if (!row) throw notFound();
    const details: JobTypeDetails = JOB_TYPES[row.type];
    for (const permission of [details.resultPermission, ...row.resultPermissions])
      authorize(ctx, permission, row.environment);
    // Or a viewer, to whom pages mask licence keys, would download them.
    if (details.resultHasLicenseKeys && ctx.principal.kind === "admin")
      authorize(ctx, "licenses:reveal", row.environment);
    if (row.status !== "succeeded") throw wrongState(row, "asked for a result");
    if (!row.resultExpiresAt || hasCome(row.resultExpiresAt, ctx.clock.now())) throw notFound();
    const chunks = await db
      .select({ part: jobResultParts.part, bytes: jobResultParts.bytes })
      .from(jobResultParts)
      .where(
        and(eq(jobResultParts.jobId, row.id), after === null ? undefined : gt(jobResultParts.part, after)),
      )
      .orderBy(asc(jobResultParts.part))
      .limit(CHUNKS + 1);
    return {
      type: row.type,
      environment: row.environment,
      hasLicenseKeys: details.resultHasLicenseKeys ?? false,
      chunks,
    };
  });
  const taken = chunks.slice(0, CHUNKS);
  const packed = Buffer.concat(taken.map(({ bytes }) => bytes));
  const bytes = packed.length === 0 ? packed : await promisify(gunzip)(packed);
  return {
    type,
    environment,
    hasLicenseKeys,
    text: bytes.toString("utf8"),
    next: chunks.length > CHUNKS ? (taken.at(-1)?.part ?? null) : null,
  };
}
