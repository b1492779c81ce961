import type { Id } from "@/contracts/ids";
import type { JobView } from "@/contracts/jobs";
import { jobIdSchema } from "@/contracts/schemas/jobs";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { changeJob, stepJob, wrongState } from "./internal/load";
import { auditSubject } from "./internal/view";
import { tellJobEnded } from "./tell-ended";

/**
 * Ends a job that waits or runs. One that runs stops between two chunks: the lock waits for the chunk that is being
 * written, and its worker's next one finds the job cancelled and writes nothing. What was done stays done.
 * @throws AppError not_found; invalid_state for a job that has ended
 */
export async function cancelJob(ctx: ServiceContext, input: { id: Id<"job"> }): Promise<JobView> {
  authorize(ctx, "jobs:write");
  return stepJob(ctx, parse(jobIdSchema, input).id, async (ctx, row) => {
    if (row.status !== "queued" && row.status !== "running") throw wrongState(row, "cancelled");
    const cancelled = await changeJob(ctx.tx, row.id, {
      status: "cancelled",
      finishedAt: ctx.clock.now(),
      leaseToken: null,
      leaseUntil: null,
    });
    await recordAudit(ctx, {
      action: "job.cancel",
      subject: auditSubject(row),
      environment: row.environment,
      before: { status: row.status },
      after: { status: cancelled.status, done: row.done },
    });
    await tellJobEnded(ctx, row.id, "job.cancelled");
    return cancelled;
  });
}
