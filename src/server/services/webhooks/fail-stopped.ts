import { and, isNotNull, or, sql } from "drizzle-orm";
import { authorize } from "@/server/core/authorize";
import { webhookEndpoints } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { failLeft } from "./internal/stop";

/** Something waits there. */
const isWaitedFor = sql`exists (
  select from webhook_deliveries d where d.endpoint_id = ${webhookEndpoints.id} and d.next_attempt_at is not null)`;

/**
 * Fails what still waits for endpoints that are disabled, or waited before they were enabled: more than was failed as they were, or
 * told by changes that were under way.
 * @returns for how many endpoints; at most one, and a batch of it
 */
export async function failStoppedWebhooks(ctx: ServiceContext): Promise<number> {
  authorize(ctx, "webhooks:manage");
  return withTransaction(ctx, async (ctx) => {
    const { id, disabledAt, failsBefore } = webhookEndpoints;
    const [stopped] = await ctx.tx
      .select({ id })
      .from(webhookEndpoints)
      .where(or(isNotNull(failsBefore), and(isNotNull(disabledAt), isWaitedFor)))
      .limit(1)
      .for("no key update", { skipLocked: true });
    if (!stopped) return 0;
    await failLeft(ctx, stopped.id);
    return 1;
  });
}
