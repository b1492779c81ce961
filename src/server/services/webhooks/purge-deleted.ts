import { sql } from "drizzle-orm";
import { authorize } from "@/server/core/authorize";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";

const BATCH = 1_000;

/**
 * Removes deliveries, with their answers, of endpoints that were deleted.
 * @returns how many were removed; at most one batch
 */
export async function purgeDeletedWebhooks(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "webhooks:manage");
  return withTransaction(ctx, async ({ tx }) => {
    // From one endpoint to the next along the index: a look at each row would cost as much as there are.
    const [removed] = await tx.execute<{ count: number }>(sql`
      with recursive present (endpoint_id) as (
        select min(endpoint_id) from webhook_deliveries
        union all
        select (select min(d.endpoint_id) from webhook_deliveries d where d.endpoint_id > present.endpoint_id)
        from present where present.endpoint_id is not null
      ), deleted as (
        select endpoint_id from present
        where endpoint_id is not null
          and not exists (select from webhook_endpoints e where e.id = present.endpoint_id)
        limit 1
      ), gone as (
        delete from webhook_deliveries where (message_id, endpoint_id) in (
          select d.message_id, d.endpoint_id from deleted join webhook_deliveries d on d.endpoint_id = deleted.endpoint_id
          limit ${BATCH} for update of d skip locked)
        returning message_id, endpoint_id
      ), answers as (
        delete from webhook_attempts a using gone
        where a.message_id = gone.message_id and a.endpoint_id = gone.endpoint_id
      )
      select count(*)::int as count from gone`);
    return removed?.count ?? 0;
  });
}
