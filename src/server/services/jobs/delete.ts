import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { jobIdSchema } from "@/contracts/schemas/jobs";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { jobRecords } from "@/server/database/schema";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { stepJob, wrongState } from "./internal/load";
import { auditSubject } from "./internal/view";

/**
 * Deletes a job that has ended, with its result. What it did stays. For administrators: keyward_api has no grant.
 * @throws AppError not_found; invalid_state for a job that waits or runs
 */
export async function deleteJob(
  ctx: ServiceContext,
  input: { id: Id<"job"> },
): Promise<{ id: Id<"job">; deleted: true }> {
  authorize(ctx, "jobs:write");
  requireFreshFactor(ctx);
  return stepJob(ctx, parse(jobIdSchema, input).id, async (ctx, row) => {
    if (row.finishedAt === null) throw wrongState(row, "deleted; cancel it first");
    await ctx.tx.delete(jobRecords).where(eq(jobRecords.id, row.id));
    await recordAudit(ctx, {
      action: "job.delete",
      subject: auditSubject(row),
      environment: row.environment,
      before: { status: row.status, done: row.done, startedBy: row.actorName },
    });
    return { id: row.id, deleted: true };
  });
}
