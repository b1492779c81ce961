import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { JobView } from "@/contracts/jobs";
import { jobIdSchema } from "@/contracts/schemas/jobs";
import { authorize } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { jobRecords } from "@/server/database/schema";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { takePlace } from "./internal/active-limit";
import { changeJob, stepJob, wrongState } from "./internal/load";
import { auditSubject } from "./internal/view";

/**
 * Queues a failed job again. It goes on after the last chunk that was written, as whoever started it: an administrator
 * who retries a key's job lends it none of his own power.
 * @throws AppError not_found; invalid_state for a job that has not failed, or whose input is gone; too_many_jobs
 */
export async function retryJob(ctx: ServiceContext, input: { id: Id<"job"> }): Promise<JobView> {
  authorize(ctx, "jobs:write");
  return stepJob(ctx, parse(jobIdSchema, input).id, async (ctx, row) => {
    if (row.status !== "failed") throw wrongState(row, "retried");
    const [kept] = await ctx.tx
      .select({ input: jobRecords.input })
      .from(jobRecords)
      .where(eq(jobRecords.id, row.id));
    if (Object.keys(kept?.input ?? {}).length === 0) {
      throw new AppError("invalid_state", "The job's input is kept for 7 days; start a new job.");
    }
    if (row.keyId) await takePlace(ctx.tx, row.keyId);
    const queued = await changeJob(ctx.tx, row.id, {
      status: "queued",
      attempts: 0,
      error: null,
      stack: null,
      finishedAt: null,
      runAfter: ctx.clock.now(),
    });
    await recordAudit(ctx, {
      action: "job.retry",
      subject: auditSubject(row),
      environment: row.environment,
      before: { status: row.status, error: row.error },
      after: { status: queued.status, error: null },
    });
    return queued;
  });
}
