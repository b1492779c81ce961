import { and, eq } from "drizzle-orm";
import { cleaned } from "@/contracts/text";
import type { WebhookDisabledReason } from "@/contracts/webhooks";
import type { Transaction } from "@/server/database/connections";
import { webhookDeliveries, webhookEndpoints } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import type { EndpointRow } from "./load";

/** Sends nothing to a locked endpoint any more: what waits has failed, and can be sent again by hand. */
export async function stopEndpoint(
  ctx: ServiceContext & { tx: Transaction },
  endpoint: EndpointRow,
  reason: WebhookDisabledReason,
): Promise<EndpointRow> {
  const now = ctx.clock.now();
  await ctx.tx
    .update(webhookDeliveries)
    .set({
      state: "failed",
      nextAttemptAt: null,
      finishedAt: now,
      error: cleaned("The endpoint was disabled"),
    })
    .where(and(eq(webhookDeliveries.endpointId, endpoint.id), eq(webhookDeliveries.state, "waiting")));
  const [after = endpoint] = await ctx.tx
    .update(webhookEndpoints)
    .set({ disabledAt: now, disabledReason: reason, updatedAt: now })
    .where(eq(webhookEndpoints.id, endpoint.id))
    .returning();
  return after;
}
