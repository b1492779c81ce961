import { and, eq, inArray } from "drizzle-orm";
import type { ConsolePage } from "@/contracts/lists";
import { type ListWebhookDeliveriesInput, listWebhookDeliveriesSchema } from "@/contracts/schemas/webhooks";
import type { WebhookDeliveryView } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import { webhookDeliveries, webhookMessages } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { getWebhook } from "./get";
import { deliveryColumns, deliveryViewOf } from "./internal/view";

/**
 * What was sent to an endpoint, and what waits to be, newest first.
 * @throws AppError not_found for the endpoint; validation_failed for a foreign or malformed cursor
 */
export async function listWebhookDeliveries(
  ctx: ServiceContext,
  input: ListWebhookDeliveriesInput,
): Promise<ConsolePage<WebhookDeliveryView>> {
  authorize(ctx, "webhooks:read");
  const { endpointId, states, ...step } = parse(listWebhookDeliveriesSchema, input);
  await getWebhook(ctx, { id: endpointId });
  const list = keyset(step, { id: webhookDeliveries.messageId, ids: "msg" });
  const rows = await withDatabase(ctx, (db) =>
    db
      .select(deliveryColumns)
      .from(webhookDeliveries)
      .innerJoin(webhookMessages, eq(webhookMessages.id, webhookDeliveries.messageId))
      .where(
        and(
          eq(webhookDeliveries.endpointId, endpointId),
          states.length > 0 ? inArray(webhookDeliveries.state, states) : undefined,
          list.beyond,
        ),
      )
      .orderBy(...list.orderBy)
      .limit(list.rows),
  );
  return list.page(rows, deliveryViewOf);
}
