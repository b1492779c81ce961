import { sql } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import { authorize } from "@/server/core/authorize";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** How long one can look up what was asked for, after it was decided or ran out. The audit has who decided for good. */
const KEPT_DAYS = 180;

const BATCH = 1_000;

/**
 * Removes what was asked for long ago, which names people and holds what they have typed.
 * @returns how many were removed; at most one batch
 */
export async function purgeApprovals(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "settings:manage");
  const before = new Date(ctx.clock.now().getTime() - KEPT_DAYS * DAY_MS).toISOString();
  return withTransaction(ctx, async ({ tx }) => {
    // Whatever became of it: it was decided before it ran out.
    const removed = await tx.execute(sql`
      delete from approvals where id in (
        select id from approvals where expires_at < ${before}::timestamptz
        limit ${BATCH} for update skip locked)`);
    return removed.count;
  });
}
