import { and, eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { webhookDeliverySchema } from "@/contracts/schemas/webhooks";
import type { WebhookDeliveryDetail } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { WEBHOOKS_CHANNEL } from "@/server/database/channels";
import { webhookDeliveries } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { getWebhookDelivery } from "./get-delivery";
import { lockEnabledEndpoint } from "./internal/load";
import { auditSubject } from "./internal/view";

/**
 * Sends an event to an endpoint again, at once, with the same `webhook-id`; one that waits is tried now. One that was over stands
 * in no order any more: neither does it wait for newer events of the same record, nor do they for it.
 * @throws AppError not_found; invalid_state where the endpoint is disabled
 */
export async function resendWebhook(
  ctx: ServiceContext,
  input: z.input<typeof webhookDeliverySchema>,
): Promise<WebhookDeliveryDetail> {
  authorize(ctx, "webhooks:manage");
  const { id, endpointId } = parse(webhookDeliverySchema, input);
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    const endpoint = await lockEnabledEndpoint(ctx, endpointId);
    // Of before it was enabled: it would fail with the others, in the place that it has.
    const isPast = sql`(${webhookDeliveries.position} < ${endpoint.failsBefore ?? 0})`;
    const [resent] = await ctx.tx
      .update(webhookDeliveries)
      .set({
        isByHand: sql`${webhookDeliveries.isByHand} or ${webhookDeliveries.state} <> 'waiting' or ${isPast}`,
        position: sql`case when ${isPast} then nextval('webhook_positions') else ${webhookDeliveries.position} end`,
        state: "waiting",
        // One that is under way counts: it is the first of the new line.
        tries: sql`case when ${webhookDeliveries.leaseUntil} > ${now.toISOString()}::timestamptz then 1 else 0 end`,
        nextAttemptAt: now,
        // Who looks next finds out whether it has to be.
        isHeldBack: false,
        finishedAt: null,
      })
      .where(and(eq(webhookDeliveries.messageId, id), eq(webhookDeliveries.endpointId, endpointId)))
      .returning({ id: webhookDeliveries.messageId });
    if (!resent) throw notFound();
    await ctx.tx.execute(sql`select pg_notify(${WEBHOOKS_CHANNEL}, '')`);
    const delivery = await getWebhookDelivery(ctx, { id, endpointId });
    await recordAudit(ctx, {
      action: "webhook.resend",
      subject: auditSubject(endpoint),
      environment: endpoint.environment,
      after: { event: delivery.type, id },
    });
    return delivery;
  });
}
