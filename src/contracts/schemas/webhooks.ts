import * as z from "zod";
import { MAX_WEBHOOK_URL_LENGTH, WEBHOOK_DELIVERY_STATE_NAMES, WEBHOOK_EVENT_TYPES } from "../webhooks";
import { boundedArray } from "./arrays";
import { environmentFilterSchema, environmentSchema } from "./environments";
import { idSchema } from "./ids";
import { anyOf, consolePage } from "./lists";
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

export const webhookIdSchema = z.strictObject({ id: idSchema("whe") });

/** What is absent stays. The environment is not among it: what was agreed with a receiver holds for one. */
export const updateWebhookSchema = z.strictObject({
  ...webhookIdSchema.shape,
  url: webhookUrlSchema.optional(),
  description: descriptionSchema.optional(),
  events: eventsSchema.optional(),
});

export type UpdateWebhookInput = z.input<typeof updateWebhookSchema>;

export const listWebhooksSchema = z.strictObject({ ...environmentFilterSchema.shape, ...consolePage() });

export type ListWebhooksInput = z.input<typeof listWebhooksSchema>;

export const listWebhookDeliveriesSchema = z.strictObject({
  endpointId: idSchema("whe"),
  states: anyOf(WEBHOOK_DELIVERY_STATE_NAMES),
  ...consolePage(),
});

export type ListWebhookDeliveriesInput = z.input<typeof listWebhookDeliveriesSchema>;

/** One event at one endpoint. */
export const webhookDeliverySchema = z.strictObject({ id: idSchema("msg"), endpointId: idSchema("whe") });
