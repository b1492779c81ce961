import { and, inArray, isNotNull, lt, sql } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import { cleanObject } from "@/contracts/json";
import { authorize } from "@/server/core/authorize";
import { jobRecords, jobResultParts } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** How long the result and the input of a job are kept once it has ended. */
export const RESULT_KEPT_MS = 7 * DAY_MS;

const BATCH = 100;

/**
 * Empties jobs that ended more than 7 days ago of result and input, which hold customers' data; the record stays as
 * history.
 * @returns how many jobs were emptied; at most one batch, so that no transaction grows large
 */
export async function purgeJobResults(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "settings:manage");
  const before = new Date(ctx.clock.now().getTime() - RESULT_KEPT_MS);
  return withTransaction(ctx, async ({ tx }) => {
    const due = await tx
      .select({ id: jobRecords.id })
      .from(jobRecords)
      .where(and(isNotNull(jobRecords.finishedAt), lt(jobRecords.finishedAt, before), sql`input <> '{}'`))
      .limit(BATCH)
      .for("update", { skipLocked: true });
    if (due.length === 0) return 0;
    const ids = due.map(({ id }) => id);
    await tx.delete(jobResultParts).where(inArray(jobResultParts.jobId, ids));
    await tx
      .update(jobRecords)
      .set({ input: cleanObject({}), resultExpiresAt: null })
      .where(inArray(jobRecords.id, ids));
    return ids.length;
  });
}
