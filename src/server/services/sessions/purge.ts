import { sql } from "drizzle-orm";
import { HOUR_MS } from "@/contracts/durations";
import { authorize } from "@/server/core/authorize";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { readSessionLifetimes } from "../settings";

const BATCH = 1_000;

/**
 * Removes the rows of sessions that have ended by themselves. One that has reached its full age is not seen any more
 * either, so the last request tells for both.
 * @returns how many were removed; at most one batch, so that no transaction grows large
 */
export async function purgeSessions(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "settings:manage");
  const { idleHours } = await readSessionLifetimes(ctx);
  const before = new Date(ctx.clock.now().getTime() - idleHours * HOUR_MS).toISOString();
  return withTransaction(ctx, async ({ tx }) => {
    const removed = await tx.execute(sql`
      delete from sessions where id in (
        select id from sessions where last_seen_at < ${before}::timestamptz limit ${BATCH} for update skip locked)`);
    return removed.count;
  });
}
