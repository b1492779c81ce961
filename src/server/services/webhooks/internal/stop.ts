import { and, eq, inArray, isNotNull } from "drizzle-orm";
import { cleaned } from "@/contracts/text";
import { WEBHOOK_FAULTS, type WebhookDisabledReason } from "@/contracts/webhooks";
import type { Transaction } from "@/server/database/connections";
import { webhookDeliveries, webhookEndpoints } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import type { EndpointRow } from "./load";

type InTransaction = ServiceContext & { tx: Transaction };

/** So much is failed at a time: what waits for a busy endpoint may be a million rows, and whoever disables it waits for an answer. */
const BATCH = 1_000;

/**
 * Fails what waits for a locked endpoint that is disabled, which can be sent again by hand.
 * @returns whether nothing waits any more; at most one batch is failed
 */
export async function failWaiting(
  { tx, clock }: InTransaction,
  endpointId: EndpointRow["id"],
): Promise<boolean> {
  const waiting = tx
    .select({ id: webhookDeliveries.messageId })
    .from(webhookDeliveries)
    // In the words of an index: those that are over may be a million too.
    .where(and(eq(webhookDeliveries.endpointId, endpointId), isNotNull(webhookDeliveries.nextAttemptAt)))
    .limit(BATCH);
  const { count } = await tx
    .update(webhookDeliveries)
    .set({
      state: "failed",
      nextAttemptAt: null,
      isHeldBack: false,
      finishedAt: clock.now(),
      error: cleaned(WEBHOOK_FAULTS.disabled),
    })
    .where(and(eq(webhookDeliveries.endpointId, endpointId), inArray(webhookDeliveries.messageId, waiting)));
  return count < BATCH;
}

/** Sends nothing to a locked endpoint any more, and fails what waits: the first of it at once, the rest by {@link failWaiting} in turn. */
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
