import type { Environment } from "./environments";
import type { Id } from "./ids";
import type { Permission } from "./permissions";
import type { CleanText } from "./text";

/** Every event that an endpoint can be sent, with when it comes about. */
export const WEBHOOK_EVENTS = {
  "key.created": "A key was made.",
  "key.updated": "Settings of a key were changed, or its overlap was ended.",
  "key.regenerated": "A key has a new secret.",
  "key.revoked": "A key was cut off.",
  "key.reactivated": "A revoked key works again.",
  "key.deleted": "A key was deleted.",
  "key.expiring": "A key expires within 14 days. Once for each expiry.",
  "key.expired": "A key has expired.",
  "key.limit_exceeded": "Calls of a key were refused by its limit. At most once in an hour.",
  "finding.opened": "Something about a key deserves a look.",
  "license.created": "A licence was issued. Not for each of a bulk generation: that is one job.succeeded.",
  "license.updated": "Product, customer, terms or metadata of a licence were changed.",
  "license.suspended": "A licence was taken out of use.",
  "license.reinstated": "A suspended licence can be used again.",
  "license.revoked": "A licence was revoked for good.",
  "license.deleted": "A licence was deleted.",
  "activation.created": "A licence was activated on a device.",
  "activation.ended": "A device gave its place back, or an administrator took it.",
  "job.succeeded": "A job is done.",
  "job.failed": "A job has failed.",
  "job.cancelled": "A job was ended before it was done. What it had done stays done.",
} as const;

export type WebhookEventType = keyof typeof WEBHOOK_EVENTS;

export const WEBHOOK_EVENT_TYPES = Object.keys(WEBHOOK_EVENTS) as [WebhookEventType, ...WebhookEventType[]];

/** What an endpoint is sent to try it: nothing has happened, and no endpoint has to ask for it. */
export const TEST_EVENT = "webhook.test";

/** What a delivery can be of. */
export const DELIVERED_TYPES = [...WEBHOOK_EVENT_TYPES, TEST_EVENT] as const;

export type DeliveredType = (typeof DELIVERED_TYPES)[number];

/** The nouns of events, in the order in which the form shows them. */
export const WEBHOOK_EVENT_GROUPS = {
  key: "Keys",
  finding: "Findings",
  license: "Licences",
  activation: "Activations",
  job: "Jobs",
} as const;

export type WebhookEventGroup = keyof typeof WEBHOOK_EVENT_GROUPS;

/** The permission by which a key reads itself what events of a noun tell; those of keys only where it manages all of them. */
export const WEBHOOK_EVENTS_READ_BY: Record<WebhookEventGroup, Permission> = {
  key: "keys:manage",
  finding: "keys:manage",
  license: "licenses:read",
  activation: "licenses:read",
  job: "jobs:read",
};

/** The noun of an event; null: it tells of nothing. */
export function eventGroupOf(type: DeliveredType): WebhookEventGroup | null {
  const [noun = ""] = type.split(".");
  return noun in WEBHOOK_EVENT_GROUPS ? (noun as WebhookEventGroup) : null;
}

/** The events of a noun. */
export function eventsOf(group: WebhookEventGroup): WebhookEventType[] {
  return WEBHOOK_EVENT_TYPES.filter((type) => type.startsWith(`${group}.`));
}

/** Endpoints of one environment. */
export const MAX_WEBHOOK_ENDPOINTS = 20;
export const MAX_WEBHOOK_URL_LENGTH = 2_000;

/** A longer body is cut down to what it is about: receivers and what stands in front of them refuse large ones. Bytes. */
export const MAX_WEBHOOK_BODY_BYTES = 64 * 1_024;

/** How long the secret before works beside the new one after a rotation. */
export const WEBHOOK_SECRET_OVERLAP_HOURS = 24;

/** An endpoint that fails for so long, without one delivery taken, is disabled. */
export const WEBHOOK_FAILING_DAYS = 7;

/** How long a delivery is kept with its answers. */
export const WEBHOOK_DELIVERY_KEPT_DAYS = 30;

/** Why nothing is sent to an endpoint. */
export const WEBHOOK_DISABLED_REASONS = {
  manual: "Somebody has disabled it.",
  gone: "It answered 410 Gone.",
  failing: `It took nothing for ${WEBHOOK_FAILING_DAYS} days.`,
  restored: "It comes from a restored backup: enable it once this is the installation that is to send.",
} as const;

export type WebhookDisabledReason = keyof typeof WEBHOOK_DISABLED_REASONS;

export const WEBHOOK_DISABLED_REASON_NAMES = Object.keys(WEBHOOK_DISABLED_REASONS) as [
  WebhookDisabledReason,
  ...WebhookDisabledReason[],
];

/** Those that lie with the receiver, and that somebody is told of. */
export type WebhookFailureReason = Extract<WebhookDisabledReason, "gone" | "failing">;

/** Whether keys can enable an endpoint again: it has stopped taking what it is sent, or a key has disabled it. */
export function isLeftToKeys({
  disabledReason,
  disabledByKeyId,
}: Pick<WebhookEndpointView, "disabledReason" | "disabledByKeyId">): boolean {
  if (disabledReason === "manual") return disabledByKeyId !== null;
  return disabledReason === "gone" || disabledReason === "failing";
}

/** The URL of an endpoint as it is shown and recorded: the values of its query, which may hold a token, are left out. */
export function maskedUrl(url: string): string {
  const { origin, pathname, search } = new URL(url);
  const names = [...new URLSearchParams(search)].map(([name, value]) =>
    // Without a value the name itself may be the token.
    value === "" ? "…" : `${encodeURIComponent(name)}=…`,
  );
  return `${origin}${pathname}${names.length > 0 ? `?${names.join("&")}` : ""}`;
}

/** A URL that events are posted to. It has no field that could hold the signing secret. */
export interface WebhookEndpointView {
  id: Id<"whe">;
  environment: Environment;
  /** Without the values of its query for whoever may not manage the endpoint. */
  url: string;
  description: string;
  events: WebhookEventType[];
  /** Null: it is sent what happens. */
  disabledAt: string | null;
  disabledReason: WebhookDisabledReason | null;
  /** The key that has disabled it; null: an administrator or the system has. */
  disabledByKeyId: Id<"key"> | null;
  /** Since when no attempt succeeded; null: the last one did, or there was none. */
  failingSince: string | null;
  /** Until when the secret before signs too, after a rotation; null: it does not. */
  previousSecretUntil: string | null;
  createdBy: string;
  /** The key that set it up, or gave it its URL last; null: an administrator did. */
  setUpByKeyId: Id<"key"> | null;
  /** The key that was told its present secret; null: an administrator was. */
  secretToldToKeyId: Id<"key"> | null;
  createdAt: string;
  updatedAt: string;
}

/** The one type that carries a signing secret: the answer to create and to rotate, and to nothing else. */
export interface RevealedWebhookSecret {
  endpoint: WebhookEndpointView;
  /** `whsec_…`, shown once. */
  secret: string;
}

/** How a delivery stands. */
export const WEBHOOK_DELIVERY_STATES = {
  waiting: "Waiting",
  delivered: "Delivered",
  failed: "Failed",
} as const;

export type WebhookDeliveryState = keyof typeof WEBHOOK_DELIVERY_STATES;

export const WEBHOOK_DELIVERY_STATE_NAMES = Object.keys(WEBHOOK_DELIVERY_STATES) as [
  WebhookDeliveryState,
  ...WebhookDeliveryState[],
];

/** One event on its way to one endpoint. */
export interface WebhookDeliveryView {
  /** The `webhook-id`: the same in each attempt, and at each endpoint. */
  id: Id<"msg">;
  endpointId: Id<"whe">;
  type: DeliveredType;
  /** The id of what the event is about. */
  subjectId: string;
  state: WebhookDeliveryState;
  attempts: number;
  /** Of the last attempt; null: there was none, or no answer. */
  status: number | null;
  /** Why the last attempt failed; null: it did not, or there was none. */
  error: CleanText | null;
  /** Null: there is no other. */
  nextAttemptAt: string | null;
  createdAt: string;
  finishedAt: string | null;
}

/** What comes in the way of a delivery where the receiver has not answered, and tells nothing of where its URL leads. */
export const WEBHOOK_FAULTS = {
  late: "No answer in time",
  disabled: "The endpoint was disabled",
  unreached: "Could not be connected to, or gave no answer",
} as const;

/** Why a status does not count as taken; null: it does. */
export function faultOfStatus(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `Answered ${status}: redirects are not followed`;
  return `Answered ${status}`;
}

/** What one attempt met. */
export interface WebhookAttemptView {
  number: number;
  at: string;
  durationMs: number;
  /** Null: no answer came. */
  status: number | null;
  error: CleanText | null;
  /** The beginning of the answer's body; null: no answer came. */
  answer: CleanText | null;
}

/** A delivery with what was sent, and every answer. */
export interface WebhookDeliveryDetail extends WebhookDeliveryView {
  /** The JSON that is posted. */
  body: string;
  /** Newest first. */
  tried: WebhookAttemptView[];
}
