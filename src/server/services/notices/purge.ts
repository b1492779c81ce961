import { sql } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import { authorize } from "@/server/core/authorize";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** How long one can look up what one was told. Longer than anything is looked for, or it would be told again. */
const KEPT_DAYS = 180;

/** From where somebody has not signed in for so long, a sign-in is news again. */
const DEVICES_KEPT_DAYS = 180;

const BATCH = 1_000;

/**
 * Removes notices, and devices that somebody signed in from, of long ago; never the newest of somebody: with none that is known
 * the next sign-in would be their first of all, and a thief's be told to nobody.
 * @returns how many were removed; at most one batch of each
 */
export async function purgeNotices(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "settings:manage");
  const before = (days: number) => new Date(ctx.clock.now().getTime() - days * DAY_MS).toISOString();
  return withTransaction(ctx, async ({ tx }) => {
    const told = await tx.execute(sql`
      delete from notices where id in (
        select id from notices where created_at < ${before(KEPT_DAYS)}::timestamptz
        limit ${BATCH} for update skip locked)`);
    const devices = await tx.execute(sql`
      delete from admin_devices where ctid = any (array(
        select ctid from admin_devices old where last_seen_at < ${before(DEVICES_KEPT_DAYS)}::timestamptz
          and exists (
            select from admin_devices newer where newer.admin_id = old.admin_id
              and (newer.last_seen_at, newer.device, newer.network) > (old.last_seen_at, old.device, old.network))
        limit ${BATCH} for update skip locked))`);
    return told.count + devices.count;
  });
}
