import { maskLicenseKey } from "@/contracts/licenses";
import type { WebhookEventType } from "@/contracts/webhooks";
import type { activations } from "@/server/database/schema";
import type { NewWebhookEvent } from "../../webhooks";
import { activationOf, type LicenseRow, licenseOf } from "./view";

/** What webhooks are told of a licence. Its key is masked: whoever may look at deliveries may not use every licence in them. */
export function licenseEvent(type: WebhookEventType, row: LicenseRow, now: Date): NewWebhookEvent {
  const { environment, id: subjectId } = row;
  return { type, environment, subjectId, data: { ...licenseOf(row, now), key: maskLicenseKey(row.key) } };
}

/** What they are told of a device, in order with its licence. */
export function activationEvent(
  type: WebhookEventType,
  row: typeof activations.$inferSelect,
): NewWebhookEvent {
  const { environment, licenseId: subjectId } = row;
  return { type, environment, subjectId, data: activationOf(row) };
}
