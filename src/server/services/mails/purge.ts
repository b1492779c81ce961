import { sql } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import { authorize } from "@/server/core/authorize";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** How long a row tells that a mail was sent, or was not. Longer than anything that could queue the same one again. */
const KEPT_DAYS = 90;

const BATCH = 1_000;

/**
 * Removes the rows of mails that were sent or given up long ago.
 * @returns how many were removed; at most one batch
 */
export async function purgeMails(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "settings:manage");
  const before = new Date(ctx.clock.now().getTime() - KEPT_DAYS * DAY_MS).toISOString();
  return withTransaction(ctx, async ({ tx }) => {
    const removed = await tx.execute(sql`
      delete from mails where id in (
        select id from mails where created_at < ${before}::timestamptz and next_attempt_at is null
        limit ${BATCH} for update skip locked)`);
    return removed.count;
  });
}
