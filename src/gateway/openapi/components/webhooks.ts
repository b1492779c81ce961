import {
  createWebhookBodySchema,
  revealedWebhookSchema,
  updateWebhookBodySchema,
  webhookAttemptSchema,
  webhookDeliveryDetailSchema,
  webhookDeliveryViewSchema,
  webhookEndpointSchema,
  webhookTestSchema,
} from "@/contracts/schemas/webhooks";
import { MAX_WEBHOOK_BODY_BYTES, MAX_WEBHOOK_URL_LENGTH, WEBHOOK_EVENT_TYPES } from "@/contracts/webhooks";
import { deletedWebhookSchema, webhookDeliveryPageSchema, webhookPageSchema } from "@/gateway/routes/schemas";
import { type Component, object } from "../component";
import { DELETED, NEXT_CURSOR } from "./lists";

const URL_TEXT = {
  description:
    "Where events are posted: https, without a user, a password or a fragment, to a public address. A name is looked up with each attempt.",
  maxLength: MAX_WEBHOOK_URL_LENGTH,
  examples: ["https://hooks.acme.example/keyward"],
};
const DESCRIPTION = { description: "What it is for.", maxLength: 200, examples: ["Licence desk"] };
const EVENTS = {
  description: "What it is told of, each of which the calling key must be able to read itself.",
  maxItems: WEBHOOK_EVENT_TYPES.length,
};

export const WEBHOOK_INPUTS: readonly Component[] = [
  object("WebhookEndpointCreate", createWebhookBodySchema, "A new webhook endpoint.", {
    url: URL_TEXT,
    description: DESCRIPTION,
    events: EVENTS,
  }),
  {
    ...object(
      "WebhookEndpointUpdate",
      updateWebhookBodySchema,
      "What is to change of an endpoint; what is absent stays. At least one member.",
      { url: URL_TEXT, description: DESCRIPTION, events: EVENTS },
    ),
    keywords: { minProperties: 1 },
  },
];

const ENDPOINT = {
  id: "Id of the endpoint.",
  url: { ...URL_TEXT, description: "Where events are posted." },
  description: DESCRIPTION,
  events: { ...EVENTS, description: "What it is told of." },
  disabledAt: "Since when it is sent nothing; null: it is sent what happens.",
  disabledReason:
    "Why: somebody has disabled it (`manual`), it answered 410 (`gone`), it took nothing for a week (`failing`), or it comes from a restored backup (`restored`). Null: it is not disabled.",
  failingSince: "Since when no attempt succeeded; null: the last one did, or there was none.",
  previousSecretUntil: "Until when the secret before signs too, after a rotation; null: it does not.",
  createdAt: "When it was set up.",
  updatedAt: "When it was last changed.",
};

const STATUS = {
  description: "Status that the receiver answered; null: no answer came, or nothing was sent yet.",
  minimum: 0,
  maximum: 999,
};
const ERROR = {
  description: "What came in the way, for people, without addresses; null: nothing, or nothing was sent yet.",
  maxLength: 500,
  examples: ["Answered 500"],
};

const DELIVERY = {
  id: "The `webhook-id`: the same in each attempt, and at each endpoint.",
  type: "What is told of; `webhook.test` tells of nothing.",
  subjectId: {
    description: "Id of the record that it is about.",
    maxLength: 30,
    examples: ["lic_01jdcz1f4kq8r2s5v7w9x3y6z0"],
  },
  state: "How it stands.",
  attempts: "How often it was sent.",
  status: STATUS,
  error: ERROR,
  nextAttemptAt: "When it is sent next; null: not any more.",
  createdAt: "When it happened.",
  finishedAt: "When it was taken or given up; null: it waits.",
};

export const WEBHOOK_ANSWERS: readonly Component[] = [
  object(
    "WebhookEndpoint",
    webhookEndpointSchema,
    "A URL that events of the environment are posted to.",
    ENDPOINT,
  ),
  object(
    "RevealedWebhookEndpoint",
    revealedWebhookSchema,
    "An endpoint with its signing secret, which is told once.",
    {
      ...ENDPOINT,
      secret: {
        description:
          "What receivers check signatures with. Null in a repeat under the same Idempotency-Key: rotate the secret where it was lost.",
        maxLength: 100,
        examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
      },
    },
  ),
  object("WebhookEndpointPage", webhookPageSchema, "A page of webhook endpoints, newest first.", {
    data: { description: "The endpoints of this page.", maxItems: 100 },
    nextCursor: NEXT_CURSOR,
  }),
  object("DeletedWebhookEndpoint", deletedWebhookSchema, "A webhook endpoint is deleted.", {
    id: "Id that the endpoint had.",
    deleted: DELETED,
  }),
  object("WebhookTest", webhookTestSchema, "A test is in line.", { id: "Id of the message that is sent." }),
  object("WebhookDelivery", webhookDeliveryViewSchema, "One event on its way to one endpoint.", DELIVERY),
  object("WebhookAttempt", webhookAttemptSchema, "What one attempt met.", {
    number: "Which attempt, from 1.",
    at: "When it was over.",
    durationMs: "How long it took, in milliseconds.",
    status: STATUS,
    error: ERROR,
  }),
  object(
    "WebhookDeliveryDetail",
    webhookDeliveryDetailSchema,
    "A delivery with what was sent, and every attempt.",
    {
      ...DELIVERY,
      body: {
        description: "The JSON that is posted, byte for byte.",
        maxLength: MAX_WEBHOOK_BODY_BYTES,
        examples: ['{"type":"license.revoked","timestamp":"2026-11-23T12:30:30.000Z","data":{}}'],
      },
      tried: { description: "Every attempt, newest first.", maxItems: 1_000 },
    },
  ),
  object("WebhookDeliveryPage", webhookDeliveryPageSchema, "A page of deliveries, newest first.", {
    data: { description: "The deliveries of this page.", maxItems: 100 },
    nextCursor: NEXT_CURSOR,
  }),
];
