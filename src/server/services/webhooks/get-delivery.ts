import { and, desc, eq } from "drizzle-orm";
import type { z } from "zod";
import { webhookDeliverySchema } from "@/contracts/schemas/webhooks";
import type { WebhookDeliveryDetail } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { webhookAttempts, webhookDeliveries, webhookMessages } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { getWebhook } from "./get";
import { presentCaller, requireReadable } from "./internal/caller";
import { deliveryColumns, deliveryViewOf } from "./internal/view";

/**
 * One delivery with what was sent, and every answer.
 * @throws AppError not_found; permission_denied for an event that the calling key may not read itself
 */
export async function getWebhookDelivery(
  ctx: ServiceContext,
  input: z.input<typeof webhookDeliverySchema>,
): Promise<WebhookDeliveryDetail> {
  authorize(ctx, "webhooks:read");
  const { id, endpointId } = parse(webhookDeliverySchema, input);
  await getWebhook(ctx, { id: endpointId });
  return withDatabase(ctx, async (db) => {
    const [row] = await db
      .select({ ...deliveryColumns, body: webhookMessages.body })
      .from(webhookDeliveries)
      .innerJoin(webhookMessages, eq(webhookMessages.id, webhookDeliveries.messageId))
      .where(and(eq(webhookDeliveries.messageId, id), eq(webhookDeliveries.endpointId, endpointId)));
    if (!row) throw notFound();
    requireReadable(ctx, await presentCaller(ctx, db), [row.type]);
    const { body, ...delivery } = row;
    const { number, at, durationMs, status, error, answer } = webhookAttempts;
    const tried = await db
      .select({ number, at, durationMs, status, error, answer })
      .from(webhookAttempts)
      .where(and(eq(webhookAttempts.messageId, id), eq(webhookAttempts.endpointId, endpointId)))
      .orderBy(desc(number));
    return {
      ...deliveryViewOf(delivery),
      body,
      tried: tried.map((attempt) => ({ ...attempt, at: attempt.at.toISOString() })),
    };
  });
}
