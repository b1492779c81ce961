import type { Id } from "@/contracts/ids";
import type { ListWebhookDeliveriesInput } from "@/contracts/schemas/webhooks";
import { WEBHOOK_DELIVERY_STATE_NAMES } from "@/contracts/webhooks";
import { idOf, optional, someOf } from "@/lib/address-field";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** The endpoints, in the address bar. */
export const webhookList = defineListState({ filters: { setUpByKey: optional(idOf("key")) } });

export type WebhookListState = ListStateOf<typeof webhookList>;

/** What was sent to one endpoint, in the address bar. */
export const deliveryList = defineListState({ filters: { states: someOf(WEBHOOK_DELIVERY_STATE_NAMES) } });

export type DeliveryListState = ListStateOf<typeof deliveryList>;

/** Input of `webhooks.deliveries` for one endpoint, which has its environment. */
export function deliveriesInput(
  endpointId: Id<"whe">,
  { states, limit, cursor }: DeliveryListState["state"],
): ListWebhookDeliveriesInput {
  return { endpointId, states, limit, cursor };
}
