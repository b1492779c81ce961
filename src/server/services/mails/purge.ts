import { sql } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import { authorize } from "@/server/core/authorize";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { RETRIED_FOR_MS } from "./internal/over";

/** How long a row tells that a mail was sent, or was not. Longer than anything that could queue the same one again. */
const KEPT_DAYS = 90;

const BATCH = 1_000;

/**
 * Gives up mails that wait for longer than they are tried, which nobody may come to where no mail server is set up any more, and
 * with them what they say; and removes the rows of those that were sent or given up long ago.
 * @returns how many were given up or removed; at most one batch of each
 */
export async function purgeMails(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "settings:manage");
  const now = ctx.clock.now();
  const before = (ms: number) => new Date(now.getTime() - ms).toISOString();
  return withTransaction(ctx, async ({ tx }) => {
    const overdue = await tx.execute(sql`
      update mails set content = null, next_attempt_at = null, lease_token = null, lease_until = null,
        failed_at = ${now.toISOString()}::timestamptz,
        error = coalesce(error, 'It was too old before it could be sent.')
      where id in (
        select id from mails where next_attempt_at is not null
          and (created_at <= ${before(RETRIED_FOR_MS)}::timestamptz or useful_until <= ${now.toISOString()}::timestamptz)
          and coalesce(lease_until, '-infinity') <= ${now.toISOString()}::timestamptz
        limit ${BATCH} for update skip locked)`);
    const removed = await tx.execute(sql`
      delete from mails where id in (
        select id from mails where created_at < ${before(KEPT_DAYS * DAY_MS)}::timestamptz and next_attempt_at is null
        limit ${BATCH} for update skip locked)`);
    return overdue.count + removed.count;
  });
}
