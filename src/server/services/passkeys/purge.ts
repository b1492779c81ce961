import { sql } from "drizzle-orm";
import { authorize } from "@/server/core/authorize";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";

const BATCH = 1_000;

/**
 * Removes challenges whose time is over.
 * @returns how many were removed; at most one batch, so that no transaction grows large
 */
export async function purgePasskeyChallenges(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "settings:manage");
  const now = ctx.clock.now().toISOString();
  return withTransaction(ctx, async ({ tx }) => {
    const removed = await tx.execute(sql`
      delete from passkey_challenges where (holder, purpose) in (
        select holder, purpose from passkey_challenges where expires_at <= ${now}::timestamptz
        limit ${BATCH} for update skip locked)`);
    return removed.count;
  });
}
