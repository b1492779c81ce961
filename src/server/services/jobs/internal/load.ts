import { eq, getTableColumns } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { JobView } from "@/contracts/jobs";
import { authorize } from "@/server/core/authorize";
import { AppError, notFound } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { jobRecords } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../../context";
import { reachable } from "../../reach";
import { type JobRow, jobViewOf } from "./view";

const { input: _input, ...columns } = getTableColumns(jobRecords);

/** Everything of a job but its input, which may be a megabyte. */
export const jobColumns = columns;

/**
 * The frame of every step of a job: locks the row, so that the step waits for a chunk that is being written and finds
 * the state after it.
 * @throws AppError not_found, and what `step` throws
 */
export function stepJob<Result>(
  ctx: ServiceContext,
  id: Id<"job">,
  step: (ctx: ServiceContext & { tx: Transaction }, row: Omit<JobRow, "input">) => Promise<Result>,
): Promise<Result> {
  return withTransaction(ctx, async (ctx) => {
    const [row] = await ctx.tx
      .select(jobColumns)
      .from(jobRecords)
      .where(reachable(ctx, jobRecords, id))
      .for("update");
    if (!row) throw notFound();
    authorize(ctx, "jobs:write", row.environment);
    return step(ctx, row);
  });
}

/** Changes a locked job and returns it as it is then. */
export async function changeJob(
  tx: Transaction,
  id: Id<"job">,
  changes: Partial<typeof jobRecords.$inferInsert>,
): Promise<JobView> {
  const [row] = await tx.update(jobRecords).set(changes).where(eq(jobRecords.id, id)).returning(jobColumns);
  if (!row) throw new Error("A locked job vanished");
  return jobViewOf(row);
}

/** The refusal of a step that the job's state does not allow. */
export function wrongState(row: Pick<JobRow, "status">, step: string): AppError {
  return new AppError("invalid_state", `The job is ${row.status}, so it cannot be ${step}.`);
}
