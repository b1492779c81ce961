import {
  createWebhookBodySchema,
  listWebhookDeliveriesQuerySchema,
  listWebhooksQuerySchema,
  revealedWebhookSchema,
  updateWebhookBodySchema,
  type WebhookDelivery,
  type WebhookEndpoint,
  webhookDeliveryDetailSchema,
  webhookDeliveryPathSchema,
  webhookDeliveryViewSchema,
  webhookEndpointSchema,
  webhookIdSchema,
  webhookTestSchema,
} from "@/contracts/schemas/webhooks";
import {
  faultOfStatus,
  type RevealedWebhookSecret,
  WEBHOOK_FAULTS,
  type WebhookDeliveryView,
  type WebhookEndpointView,
} from "@/contracts/webhooks";
import {
  createWebhook,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  getWebhook,
  getWebhookDelivery,
  listWebhookDeliveries,
  listWebhooks,
  resendWebhook,
  rotateWebhookSecret,
  sendTestWebhook,
  updateWebhook,
} from "@/server/services/webhooks";
import { WEBHOOK_EXAMPLES } from "./examples/webhooks";
import { defineRoute } from "./route";
import { deletedWebhookSchema, webhookDeliveryPageSchema, webhookPageSchema } from "./schemas";

/** An endpoint as the contract has it: without who made it, set it up and disabled it, which is a person or another key. */
function endpointOf(view: WebhookEndpointView): WebhookEndpoint {
  const {
    environment: _,
    createdBy: __,
    setUpByKeyId: ___,
    secretToldToKeyId: ____,
    disabledByKeyId: _____,
    ...endpoint
  } = view;
  return endpoint;
}

/** The one form of answer that has a secret. */
const revealed = ({ endpoint, secret }: RevealedWebhookSecret) => ({ ...endpointOf(endpoint), secret });

/**
 * What came in the way, for a key: one of few reasons, and the text for the console alone. Whether a name leads anywhere, where to,
 * and what a certificate says would be this server's answers to whoever has the key about the network that it stands in.
 */
function shownError({ status, error }: Pick<WebhookDeliveryView, "status" | "error">): string | null {
  if (error === null || error === WEBHOOK_FAULTS.disabled || error === WEBHOOK_FAULTS.late) return error;
  return status === null ? WEBHOOK_FAULTS.unreached : faultOfStatus(status);
}

function deliveryOf(view: WebhookDeliveryView): WebhookDelivery {
  const { id, type, subjectId, state, attempts, status, nextAttemptAt, createdAt, finishedAt } = view;
  const error = shownError(view);
  return { id, type, subjectId, state, attempts, status, error, nextAttemptAt, createdAt, finishedAt };
}

/** What every route of this noun says: who may call it, and that its verb works with tables that the API's roles do not see. */
const MANAGED = { permission: "webhooks:manage", database: "owner" } as const;

const READABLE =
  "The calling key must be able to read itself what the endpoint is told of, and what waits to be sent to it: licences and activations by `licenses:read`, jobs by `jobs:read`, keys and findings by `keys:manage` of all keys (403 `permission_denied`).";

const changed = { 200: { description: "The changed endpoint", schema: webhookEndpointSchema } };

export const webhookRoutes = [
  defineRoute(
    {
      id: "webhooks.list",
      method: "get",
      path: "/webhooks",
      summary: "List the webhook endpoints of the environment",
      description: "Newest first, whoever has set them up.",
      ...MANAGED,
      input: { query: listWebhooksQuerySchema },
      responses: { 200: { description: "A page of endpoints", schema: webhookPageSchema } },
      problems: ["validation_failed", "customer_out_of_scope"],
      examples: WEBHOOK_EXAMPLES.list,
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listWebhooks(ctx, query);
      return { status: 200, body: { data: data.map(endpointOf), nextCursor } };
    },
  ),
  defineRoute(
    {
      id: "webhooks.create",
      method: "post",
      path: "/webhooks",
      summary: "Set a webhook endpoint up",
      description: `\`secret\`, which signs what is sent, is in this answer and nowhere else. ${READABLE} At most 20 in an environment (409 \`conflict\`). A key that is restricted to certain customers sets none up, as an endpoint is told of all (403 \`customer_out_of_scope\`). An endpoint outlives the key that has set it up: revoke the key, and delete its endpoints.`,
      ...MANAGED,
      input: { body: createWebhookBodySchema },
      revealsOnce: "secret",
      responses: {
        201: {
          description: "The new endpoint with its signing secret",
          schema: revealedWebhookSchema,
          headers: ["Location"],
        },
      },
      problems: ["validation_failed", "conflict", "customer_out_of_scope", "invalid_state"],
      examples: WEBHOOK_EXAMPLES.create,
    },
    async ({ ctx, body, link }) => {
      const made = await createWebhook(ctx, { ...body, environment: ctx.principal.environment });
      const headers = { Location: link(`/webhooks/${made.endpoint.id}`) };
      return { status: 201, body: revealed(made), headers };
    },
  ),
  defineRoute(
    {
      id: "webhooks.get",
      method: "get",
      path: "/webhooks/{id}",
      summary: "Get a webhook endpoint",
      ...MANAGED,
      input: { params: webhookIdSchema },
      responses: { 200: { description: "The endpoint", schema: webhookEndpointSchema } },
      problems: ["not_found", "customer_out_of_scope"],
      examples: WEBHOOK_EXAMPLES.get,
    },
    async ({ ctx, params }) => ({ status: 200, body: endpointOf(await getWebhook(ctx, params)) }),
  ),
  defineRoute(
    {
      id: "webhooks.update",
      method: "patch",
      path: "/webhooks/{id}",
      summary: "Change a webhook endpoint",
      description: `\`events\` takes the place of those before. What waits already goes to the new URL. ${READABLE}`,
      ...MANAGED,
      input: { params: webhookIdSchema, body: updateWebhookBodySchema },
      responses: changed,
      problems: ["not_found", "validation_failed", "customer_out_of_scope"],
      examples: WEBHOOK_EXAMPLES.update,
    },
    async ({ ctx, params, body }) => ({
      status: 200,
      body: endpointOf(await updateWebhook(ctx, { ...params, ...body })),
    }),
  ),
  defineRoute(
    {
      id: "webhooks.delete",
      method: "delete",
      path: "/webhooks/{id}",
      summary: "Delete a webhook endpoint with its deliveries",
      description: `Its signing secret is destroyed. ${READABLE}`,
      ...MANAGED,
      input: { params: webhookIdSchema },
      responses: { 200: { description: "It is deleted", schema: deletedWebhookSchema } },
      problems: ["not_found", "customer_out_of_scope"],
      examples: WEBHOOK_EXAMPLES.delete,
    },
    async ({ ctx, params }) => ({ status: 200, body: await deleteWebhook(ctx, params) }),
  ),
  defineRoute(
    {
      id: "webhooks.enable",
      method: "post",
      path: "/webhooks/{id}/enable",
      summary: "Send to a disabled endpoint again what happens from now on",
      description: `One that an administrator has disabled, or another key, is enabled in the console alone (409 \`invalid_state\`); a key that manages all keys also enables what another key has disabled. ${READABLE}`,
      ...MANAGED,
      input: { params: webhookIdSchema },
      responses: changed,
      problems: ["not_found", "validation_failed", "customer_out_of_scope", "invalid_state"],
      examples: WEBHOOK_EXAMPLES.enable,
    },
    async ({ ctx, params }) => ({ status: 200, body: endpointOf(await enableWebhook(ctx, params)) }),
  ),
  defineRoute(
    {
      id: "webhooks.disable",
      method: "post",
      path: "/webhooks/{id}/disable",
      summary: "Send nothing to an endpoint any more",
      description: `What waits has failed then, and can be resent once the endpoint is enabled. ${READABLE}`,
      ...MANAGED,
      input: { params: webhookIdSchema },
      responses: changed,
      problems: ["not_found", "validation_failed", "customer_out_of_scope"],
      examples: WEBHOOK_EXAMPLES.disable,
    },
    async ({ ctx, params }) => ({ status: 200, body: endpointOf(await disableWebhook(ctx, params)) }),
  ),
  defineRoute(
    {
      id: "webhooks.rotateSecret",
      method: "post",
      path: "/webhooks/{id}/rotate-secret",
      summary: "Give an endpoint a new signing secret",
      description: `\`secret\` is in this answer and nowhere else. The one before signs beside it for 24 hours. ${READABLE}`,
      ...MANAGED,
      input: { params: webhookIdSchema },
      revealsOnce: "secret",
      responses: {
        200: { description: "The endpoint with its new signing secret", schema: revealedWebhookSchema },
      },
      problems: ["not_found", "validation_failed", "customer_out_of_scope", "invalid_state"],
      examples: WEBHOOK_EXAMPLES.rotateSecret,
    },
    async ({ ctx, params }) => ({ status: 200, body: revealed(await rotateWebhookSecret(ctx, params)) }),
  ),
  defineRoute(
    {
      id: "webhooks.test",
      method: "post",
      path: "/webhooks/{id}/test",
      summary: "Send an endpoint an event that tells of nothing",
      description: `Of the type \`webhook.test\`, at once: what the receiver answers is in the delivery. ${READABLE}`,
      ...MANAGED,
      input: { params: webhookIdSchema },
      responses: {
        202: { description: "The event is in line", schema: webhookTestSchema, headers: ["Location"] },
      },
      problems: ["not_found", "validation_failed", "customer_out_of_scope", "invalid_state"],
      examples: WEBHOOK_EXAMPLES.test,
    },
    async ({ ctx, params, link }) => {
      const { id } = await sendTestWebhook(ctx, params);
      const headers = { Location: link(`/webhooks/${params.id}/deliveries/${id}`) };
      return { status: 202, body: { id }, headers };
    },
  ),
  defineRoute(
    {
      id: "webhooks.listDeliveries",
      method: "get",
      path: "/webhooks/{id}/deliveries",
      summary: "List what was sent to an endpoint, and what waits to be",
      description:
        "Newest first, of the last 30 days; of events that the calling key may read itself, as above.",
      ...MANAGED,
      input: { params: webhookIdSchema, query: listWebhookDeliveriesQuerySchema },
      responses: { 200: { description: "A page of deliveries", schema: webhookDeliveryPageSchema } },
      problems: ["not_found", "validation_failed", "customer_out_of_scope"],
      examples: WEBHOOK_EXAMPLES.listDeliveries,
    },
    async ({ ctx, params, query: { state, ...page } }) => {
      const states = state ? [state] : [];
      const { data, nextCursor } = await listWebhookDeliveries(ctx, {
        endpointId: params.id,
        states,
        ...page,
      });
      return { status: 200, body: { data: data.map(deliveryOf), nextCursor } };
    },
  ),
  defineRoute(
    {
      id: "webhooks.getDelivery",
      method: "get",
      path: "/webhooks/{id}/deliveries/{messageId}",
      summary: "Get a delivery with what was sent and every attempt",
      description:
        "Without the texts that the receiver has answered, which the console shows: a URL may lead to what answers nobody outside.",
      ...MANAGED,
      input: { params: webhookDeliveryPathSchema },
      responses: { 200: { description: "The delivery", schema: webhookDeliveryDetailSchema } },
      problems: ["not_found", "customer_out_of_scope"],
      examples: WEBHOOK_EXAMPLES.getDelivery,
    },
    async ({ ctx, params: { id: endpointId, messageId: id } }) => {
      const { tried, body, ...delivery } = await getWebhookDelivery(ctx, { id, endpointId });
      const attempts = tried.map(({ answer: _, ...attempt }) => ({ ...attempt, error: shownError(attempt) }));
      return { status: 200, body: { ...deliveryOf({ ...delivery }), body, tried: attempts } };
    },
  ),
  defineRoute(
    {
      id: "webhooks.resend",
      method: "post",
      path: "/webhooks/{id}/deliveries/{messageId}/resend",
      summary: "Send an event to an endpoint again, at once",
      description: `With the same \`webhook-id\`, outside of the order. Also the event itself must be one that the calling key may read. ${READABLE}`,
      ...MANAGED,
      input: { params: webhookDeliveryPathSchema },
      responses: { 202: { description: "The event is in line", schema: webhookDeliveryViewSchema } },
      problems: ["not_found", "validation_failed", "customer_out_of_scope", "invalid_state"],
      examples: WEBHOOK_EXAMPLES.resend,
    },
    async ({ ctx, params: { id: endpointId, messageId: id } }) => ({
      status: 202,
      body: deliveryOf(await resendWebhook(ctx, { id, endpointId })),
    }),
  ),
];
