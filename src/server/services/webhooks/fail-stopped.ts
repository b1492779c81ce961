import { sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { authorize } from "@/server/core/authorize";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { failWaiting } from "./internal/stop";

/**
 * Fails what still waits for endpoints that are disabled: more than was failed as they were, or told by changes that were under way.
 * @returns for how many endpoints; at most one, and a batch of it
 */
export async function failStoppedWebhooks(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "webhooks:manage");
  return withTransaction(ctx, async (ctx) => {
    const [stopped] = await ctx.tx.execute<{ id: Id<"whe"> }>(sql`
      select id from webhook_endpoints e
      where disabled_at is not null
        and exists (select from webhook_deliveries d where d.endpoint_id = e.id and d.next_attempt_at is not null)
      limit 1 for no key update skip locked`);
    if (!stopped) return 0;
    await failWaiting(ctx, stopped.id);
    return 1;
  });
}
