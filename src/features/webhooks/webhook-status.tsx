import { Badge, type BadgeTone } from "@/components/badge";
import {
  WEBHOOK_DELIVERY_STATES,
  type WebhookDeliveryState,
  type WebhookDeliveryView,
  type WebhookEndpointView,
} from "@/contracts/webhooks";

/** How an endpoint stands. */
export function WebhookStatusBadge({ value }: { value: WebhookEndpointView }) {
  const { disabledReason: reason } = value;
  if (reason)
    return <Badge tone={reason === "gone" || reason === "failing" ? "bad" : "idle"}>Disabled</Badge>;
  return value.failingSince ? <Badge tone="warn">Failing</Badge> : <Badge tone="ok">Active</Badge>;
}

const TONES: Record<WebhookDeliveryState, BadgeTone> = { waiting: "idle", delivered: "ok", failed: "bad" };

/** How a delivery stands; one that has failed before and is tried again stands out. */
export function DeliveryStateBadge({ value }: { value: WebhookDeliveryView }) {
  const { state } = value;
  if (state === "waiting" && value.error !== null) return <Badge tone="warn">Trying again</Badge>;
  return <Badge tone={TONES[state]}>{WEBHOOK_DELIVERY_STATES[state]}</Badge>;
}
