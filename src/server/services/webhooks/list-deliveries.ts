import { and, eq, inArray } from "drizzle-orm";
import type { z } from "zod";
import type { ConsolePage } from "@/contracts/lists";
import { listWebhookDeliveriesStepSchema } from "@/contracts/schemas/webhooks";
import type { WebhookDeliveryView } from "@/contracts/webhooks";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import { webhookDeliveries, webhookMessages } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { getWebhook } from "./get";
import { presentCaller, readableTypes } from "./internal/caller";
import { deliveryColumns, deliveryViewOf } from "./internal/view";

/**
 * What was sent to an endpoint, and what waits to be, newest first; for a key of events that it may read itself.
 * @throws AppError not_found for the endpoint; validation_failed for a foreign or malformed cursor
 */
export async function listWebhookDeliveries(
  ctx: ServiceContext,
  input: z.input<typeof listWebhookDeliveriesStepSchema>,
): Promise<ConsolePage<WebhookDeliveryView>> {
  authorize(ctx, "webhooks:read");
  const { endpointId, states, ...step } = parse(listWebhookDeliveriesStepSchema, input);
  await getWebhook(ctx, { id: endpointId });
  const list = keyset(step, { id: webhookDeliveries.messageId, ids: "msg" });
  const rows = await withDatabase(ctx, async (db) => {
    // An endpoint may have been told of more before, and somebody may have it told of less just to hand it on.
    const types = readableTypes(await presentCaller(ctx, db));
    return db
      .select(deliveryColumns)
      .from(webhookDeliveries)
      .innerJoin(webhookMessages, eq(webhookMessages.id, webhookDeliveries.messageId))
      .where(
        and(
          eq(webhookDeliveries.endpointId, endpointId),
          types ? inArray(webhookMessages.type, types) : undefined,
          states.length > 0 ? inArray(webhookDeliveries.state, states) : undefined,
          list.beyond,
        ),
      )
      .orderBy(...list.orderBy)
      .limit(list.rows);
  });
  return list.page(rows, deliveryViewOf);
}
