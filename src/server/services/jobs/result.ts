import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { and, asc, eq, gt, isNull } from "drizzle-orm";
import type { z } from "zod";
import { hasCome } from "@/contracts/ends";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { JOB_TYPES, type JobType, type JobTypeDetails } from "@/contracts/job-types";
import { jobResultSchema } from "@/contracts/schemas/jobs";
import { authorize } from "@/server/core/authorize";
import { csv } from "@/server/core/csv";
import { type Download, type FilePart, partsFrom } from "@/server/core/download";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { jobRecords, jobResultParts } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { reachable } from "../reach";
import { jobColumns, wrongState } from "./internal/load";
import { csvOf } from "./internal/result-csv";

/** Chunks of a job in one part: what is in memory of a result at a time. */
const CHUNKS = 8;

/**
 * The result of a job that succeeded, for 7 days: CSV (RFC 4180) with a header line, or NDJSON. A result holds licences with their
 * keys, since that is its purpose; so each part asks for what reading those takes: a key with Job Read alone must not get
 * at another key's licences this way.
 * @throws AppError not_found, also once the result has expired; invalid_state before the job succeeded; permission_denied
 */
export async function getJobResult(
  ctx: ServiceContext,
  input: z.input<typeof jobResultSchema>,
): Promise<Download<ServiceContext>> {
  authorize(ctx, "jobs:read");
  const { id, format: asked } = parse(jobResultSchema, input);
  const format = asked === "ndjson" && (await isCsvAlone(ctx, id)) ? "csv" : asked;
  const first = await readPart(ctx, { id, format }, null);
  if (first.hasLicenseKeys && ctx.principal.kind === "admin") await recordDownload(ctx, id, first);
  const read = (ctx: ServiceContext, after: number) => readPart(ctx, { id, format }, after);
  return { fileName: `${first.type}-${id}.${format}`, format, parts: partsFrom(first, read) };
}

/** Whether a part of the result was made by a version that kept CSV alone: half of a result in each form would be neither. */
async function isCsvAlone(ctx: ServiceContext, id: Id<"job">): Promise<boolean> {
  const [part] = await withDatabase(ctx, (db) =>
    db
      .select({ part: jobResultParts.part })
      .from(jobResultParts)
      .where(and(eq(jobResultParts.jobId, id), isNull(jobResultParts.ndjson)))
      .limit(1),
  );
  return part !== undefined;
}

const unpacked = async (bytes: Buffer) => (await promisify(gunzip)(bytes)).toString("utf8");

/** Which file of which job. */
type Wanted = z.output<typeof jobResultSchema>;

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
  { id, format }: Wanted,
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
      .select({ part: jobResultParts.part, csv: jobResultParts.bytes, ndjson: jobResultParts.ndjson })
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
  const { resultColumns } = JOB_TYPES[type];
  // Parts of a version that kept CSV as well bring their header along.
  let text = format === "csv" && after === null && !taken[0]?.csv ? csv([resultColumns]) : "";
  // One after the other, so that calls are answered in between.
  for (const chunk of taken) {
    if (format === "csv" && chunk.csv) text += await unpacked(chunk.csv);
    else if (chunk.ndjson) {
      const lines = await unpacked(chunk.ndjson);
      text += format === "csv" ? csvOf(resultColumns, lines) : lines;
    }
  }
  return {
    type,
    environment,
    hasLicenseKeys,
    text,
    next: chunks.length > CHUNKS ? (taken.at(-1)?.part ?? null) : null,
  };
}
