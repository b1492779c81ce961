import type { KeyView } from "@/contracts/keys";
import type { WebhookEventType } from "@/contracts/webhooks";
import type { NewWebhookEvent } from "../../webhooks";

/** A key as webhooks tell it: what it is and may do, without who uses it, and never its secret. */
function toldKey(view: KeyView): Record<string, unknown> {
  return {
    id: view.id,
    name: view.name,
    description: view.description,
    environment: view.environment,
    key: view.maskedKey,
    status: view.status,
    permissions: view.permissions,
    rateLimits: view.rateLimits,
    customers: view.customers?.map((customer) => customer.id) ?? null,
    ipAllowlist: view.ipAllowlist,
    allowedOrigins: view.allowedOrigins,
    tags: view.tags,
    expiresAt: view.expiresAt,
    overlapUntil: view.overlapUntil,
    createdAt: view.createdAt,
    updatedAt: view.updatedAt,
  };
}

/** What webhooks are told of a key. */
export function keyEvent(type: WebhookEventType, key: KeyView): NewWebhookEvent {
  return { type, environment: key.environment, subjectId: key.id, data: toldKey(key) };
}
