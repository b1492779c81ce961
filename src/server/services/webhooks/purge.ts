import { sql } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import { WEBHOOK_DELIVERY_KEPT_DAYS } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";

const BATCH = 1_000;

/**
 * Removes messages that are old enough, with their deliveries and answers, but none that still waits to be sent somewhere: after a
 * month without a server it goes out late, and is not lost in silence.
 * @returns how many were removed; at most one batch
 */
export async function purgeWebhooks(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "webhooks:manage");
  const before = new Date(ctx.clock.now().getTime() - WEBHOOK_DELIVERY_KEPT_DAYS * DAY_MS).toISOString();
  return withTransaction(ctx, async ({ tx }) => {
    const removed = await tx.execute(sql`
      delete from webhook_messages where id in (
        select id from webhook_messages message where created_at < ${before}::timestamptz
          and not exists (
            select from webhook_deliveries delivery join webhook_endpoints endpoint on endpoint.id = delivery.endpoint_id
            where delivery.message_id = message.id and delivery.next_attempt_at is not null and endpoint.disabled_at is null)
        limit ${BATCH} for update skip locked)`);
    return removed.count;
  });
}
