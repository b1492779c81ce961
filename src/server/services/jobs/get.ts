import { sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { JobDetails, JobView } from "@/contracts/jobs";
import { jobIdSchema } from "@/contracts/schemas/jobs";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { jobRecords } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { reachable } from "../reach";
import { jobColumns } from "./internal/load";
import { jobViewOf } from "./internal/view";

/**
 * One job, as far as it is.
 * @throws AppError not_found
 */
export async function getJob(ctx: ServiceContext, input: { id: Id<"job"> }): Promise<JobView> {
  authorize(ctx, "jobs:read");
  const { id } = parse(jobIdSchema, input);
  const [row] = await withDatabase(ctx, (db) =>
    db
      .select(jobColumns)
      .from(jobRecords)
      .where(reachable(ctx, jobRecords, id)),
  );
  if (!row) throw notFound();
  return jobViewOf(row);
}

/** An import's rows may be a megabyte, and the page asks every second. */
const keptInput = sql<Record<string, unknown> | null>`case when ${jobRecords.type} <> 'customers.import'
  then nullif(${jobRecords.input}, '{}') end`;

/**
 * One job, as far as it is, and what it was asked to do.
 * @throws AppError not_found
 */
export async function getJobDetails(ctx: ServiceContext, input: { id: Id<"job"> }): Promise<JobDetails> {
  authorize(ctx, "jobs:read");
  const { id } = parse(jobIdSchema, input);
  const [row] = await withDatabase(ctx, (db) =>
    db
      .select({ ...jobColumns, input: keptInput })
      .from(jobRecords)
      .where(reachable(ctx, jobRecords, id)),
  );
  if (!row) throw notFound();
  return { ...jobViewOf(row), input: row.input };
}
