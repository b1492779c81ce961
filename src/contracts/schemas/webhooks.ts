import * as z from "zod";
import { atLeastOne } from "../changes";
import { DEFAULT_PAGE_SIZE } from "../lists";
import {
  DELIVERED_TYPES,
  MAX_WEBHOOK_URL_LENGTH,
  WEBHOOK_DELIVERY_STATE_NAMES,
  WEBHOOK_DISABLED_REASON_NAMES,
  WEBHOOK_EVENT_TYPES,
} from "../webhooks";
import { boundedArray } from "./arrays";
import { environmentFilterSchema, environmentSchema } from "./environments";
import { idSchema } from "./ids";
import { anyOf, apiPageShape, consolePage, stepSchema } from "./lists";
import { text } from "./text";

/** What is wrong with an address as a target of webhooks, or null. */
function urlProblem(address: string): string | null {
  if (!URL.canParse(address)) return "Must be a URL such as https://example.com/webhooks";
  const { protocol, username, password, hash } = new URL(address);
  // Whether this installation lets http through, the verb decides: only to networks that the operator has named.
  if (protocol !== "https:" && protocol !== "http:") return "Must begin with https://";
  // They would be shown to everybody who sees the endpoint, and sent to whoever the name leads to.
  if (username !== "" || password !== "")
    return "Must not hold a user or a password: the signature says who sends";
  if (hash !== "") return "Must not have a fragment (#…): it is never sent";
  return null;
}

/**
 * Where events are posted, in the one form that the URL standard gives it (WHATWG URL, section 4.5): `https://0x7f.1/` leaves as
 * `https://127.0.0.1/`, so that what is checked is what is connected to.
 */
export const webhookUrlSchema = text(1, MAX_WEBHOOK_URL_LENGTH)
  .superRefine((address, ctx) => {
    const message = urlProblem(address);
    if (message) ctx.addIssue({ code: "custom", message, continue: false });
  })
  .transform((address) => new URL(address).href);

const eventsSchema = boundedArray(z.enum(WEBHOOK_EVENT_TYPES), {
  min: 1,
  max: WEBHOOK_EVENT_TYPES.length,
  words: { short: "Choose at least one event" },
}).transform((events) => [...new Set(events)]);

const descriptionSchema = text(0, 200);

export const createWebhookSchema = z.strictObject({
  environment: environmentSchema,
  url: webhookUrlSchema,
  description: descriptionSchema.default(""),
  events: eventsSchema,
});

export type CreateWebhookInput = z.input<typeof createWebhookSchema>;

/** Body of `POST /webhooks`: the environment is in the path. */
export const createWebhookBodySchema = createWebhookSchema.omit({ environment: true });

export const webhookIdSchema = z.strictObject({ id: idSchema("whe") });

/** What is absent stays. The environment is not among it: what was agreed with a receiver holds for one. */
export const updateWebhookSchema = z.strictObject({
  ...webhookIdSchema.shape,
  url: webhookUrlSchema.optional(),
  description: descriptionSchema.optional(),
  events: eventsSchema.optional(),
});

export type UpdateWebhookInput = z.input<typeof updateWebhookSchema>;

/** Body of `PATCH /webhooks/{id}`. */
export const updateWebhookBodySchema = updateWebhookSchema.omit({ id: true }).check(atLeastOne("field"));

export const listWebhooksSchema = z.strictObject({
  ...environmentFilterSchema.shape,
  /** Those that this key, or one in which it lives on, has set up or was told the secret of. */
  setUpByKey: idSchema("key").nullable().default(null),
  ...consolePage(),
});

/** Input of the verb, for pages of the console and of the public API. */
export const listWebhooksStepSchema = listWebhooksSchema.extend({
  limit: stepSchema.default(DEFAULT_PAGE_SIZE),
});

/** Query of `GET /webhooks`. */
export const listWebhooksQuerySchema = z.strictObject(apiPageShape);

export const listWebhookDeliveriesSchema = z.strictObject({
  endpointId: idSchema("whe"),
  states: anyOf(WEBHOOK_DELIVERY_STATE_NAMES),
  ...consolePage(),
});

/** Input of the verb, for pages of the console and of the public API. */
export const listWebhookDeliveriesStepSchema = listWebhookDeliveriesSchema.extend({
  limit: stepSchema.default(DEFAULT_PAGE_SIZE),
});

/** How the console asks. */
export type ListWebhookDeliveriesInput = z.input<typeof listWebhookDeliveriesSchema>;

/** Query of `GET /webhooks/{id}/deliveries`. */
export const listWebhookDeliveriesQuerySchema = z.strictObject({
  state: z.enum(WEBHOOK_DELIVERY_STATE_NAMES).optional(),
  ...apiPageShape,
});

/** One event at one endpoint. */
export const webhookDeliverySchema = z.strictObject({ id: idSchema("msg"), endpointId: idSchema("whe") });

/** The same as it stands in a path of the public API. */
export const webhookDeliveryPathSchema = z.strictObject({ id: idSchema("whe"), messageId: idSchema("msg") });

/** An endpoint as the public API shows it: without its environment, and without who made it and set it up. */
export const webhookEndpointSchema = z.object({
  id: idSchema("whe"),
  url: z.string(),
  description: z.string(),
  events: z.array(z.enum(WEBHOOK_EVENT_TYPES)),
  disabledAt: z.iso.datetime().nullable(),
  disabledReason: z.enum(WEBHOOK_DISABLED_REASON_NAMES).nullable(),
  failingSince: z.iso.datetime().nullable(),
  previousSecretUntil: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type WebhookEndpoint = z.infer<typeof webhookEndpointSchema>;

/** The same with its signing secret: the first answer to create and to rotate. Null in a repeat of it. */
export const revealedWebhookSchema = webhookEndpointSchema.extend({ secret: z.string().nullable() });

/** One event on its way to one endpoint, as the public API shows it. */
export const webhookDeliveryViewSchema = z.object({
  id: idSchema("msg"),
  type: z.enum(DELIVERED_TYPES),
  subjectId: z.string(),
  state: z.enum(WEBHOOK_DELIVERY_STATE_NAMES),
  attempts: z.int(),
  status: z.int().nullable(),
  error: z.string().nullable(),
  nextAttemptAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});

export type WebhookDelivery = z.infer<typeof webhookDeliveryViewSchema>;

export const webhookAttemptSchema = z.object({
  number: z.int(),
  at: z.iso.datetime(),
  durationMs: z.int(),
  status: z.int().nullable(),
  error: z.string().nullable(),
});

/** The same with what was sent, and every attempt. */
export const webhookDeliveryDetailSchema = webhookDeliveryViewSchema.extend({
  body: z.string(),
  tried: z.array(webhookAttemptSchema),
});

/** The answer to a test: which delivery to look at. */
export const webhookTestSchema = z.object({ id: idSchema("msg") });
