import { and, eq, isNotNull } from "drizzle-orm";
import { cleaned } from "@/contracts/text";
import type { WebhookDisabledReason } from "@/contracts/webhooks";
import type { Transaction } from "@/server/database/connections";
import { webhookDeliveries, webhookEndpoints } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import type { EndpointRow } from "./load";

type InTransaction = ServiceContext & { tx: Transaction };

/** What waits for a locked endpoint has failed as it was disabled, and can be sent again by hand. */
export async function failWaiting(
  { tx, clock }: InTransaction,
  endpointId: EndpointRow["id"],
): Promise<void> {
  await tx
    .update(webhookDeliveries)
    .set({
      state: "failed",
      nextAttemptAt: null,
      finishedAt: clock.now(),
      error: cleaned("The endpoint was disabled"),
    })
    // What waits, in the words of its index: those that are over may be a million.
    .where(and(eq(webhookDeliveries.endpointId, endpointId), isNotNull(webhookDeliveries.nextAttemptAt)));
}

/** Sends nothing to a locked endpoint any more, and fails what waits. */
export async function stopEndpoint(
  ctx: InTransaction,
  endpoint: EndpointRow,
  reason: WebhookDisabledReason,
): Promise<EndpointRow> {
  const now = ctx.clock.now();
  await failWaiting(ctx, endpoint.id);
  const [after = endpoint] = await ctx.tx
    .update(webhookEndpoints)
    .set({ disabledAt: now, disabledReason: reason, updatedAt: now })
    .where(eq(webhookEndpoints.id, endpoint.id))
    .returning();
  return after;
}
