import { sql } from "drizzle-orm";
import { authorize } from "@/server/core/authorize";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";

const BATCH = 1_000;

/**
 * Releases deliveries that are held back although no earlier one of their record waits. A process of a version that holds nothing
 * back, beside this one during an upgrade, ends the earlier one and releases nobody: the record would be silent for good.
 *
 * It takes no endpoint's lock, since one that is released too early is held back again by the first look at it.
 * @returns how many were released; at most one batch
 */
export async function releaseHeldWebhooks(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "webhooks:manage");
  return withTransaction(ctx, async ({ tx }) => {
    // From one record to the next along the index: of a million that are held back the first of each record is looked at.
    const released = await tx.execute(sql`
      with recursive held as (
        (select endpoint_id, subject_id, is_by_hand, position, message_id from webhook_deliveries
          where is_held_back and next_attempt_at is not null
          order by endpoint_id, subject_id, is_by_hand, position limit 1)
        union all
        select next.* from held cross join lateral (
          select endpoint_id, subject_id, is_by_hand, position, message_id from webhook_deliveries d
          where is_held_back and next_attempt_at is not null
            and (d.endpoint_id, d.subject_id, d.is_by_hand) > (held.endpoint_id, held.subject_id, held.is_by_hand)
          order by endpoint_id, subject_id, is_by_hand, position limit 1) as next
      )
      update webhook_deliveries set is_held_back = false
      where (message_id, endpoint_id) in (
        select d.message_id, d.endpoint_id from held join webhook_deliveries d
          on d.message_id = held.message_id and d.endpoint_id = held.endpoint_id
        where held.is_by_hand or not exists (
          select from webhook_deliveries earlier
          where earlier.endpoint_id = held.endpoint_id and earlier.subject_id = held.subject_id
            and earlier.position < held.position and earlier.next_attempt_at is not null and not earlier.is_by_hand)
        limit ${BATCH} for no key update of d skip locked)`);
    return released.count;
  });
}
