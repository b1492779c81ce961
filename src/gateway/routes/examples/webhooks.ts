import { type Examples, NOT_FOUND, wrongField } from "./example";
import { NOW, SIGNING_SECRET, WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT } from "./records";

const params = { id: WEBHOOK_ENDPOINT.id };
const delivery = { ...params, messageId: WEBHOOK_DELIVERY.id };
const unknown = { id: "whe_01jdczzzzze0g2h4j6k8m0n2p4" };

const { url, description, events } = WEBHOOK_ENDPOINT;

export const WEBHOOK_EXAMPLES = {
  list: [
    {
      name: "endpoints",
      summary: "The endpoints of the environment",
      answer: { status: 200, body: { data: [WEBHOOK_ENDPOINT], nextCursor: null } },
    },
  ],
  create: [
    {
      name: "licenses",
      summary: "An endpoint for what happens to licences",
      body: { url, description, events },
      answer: { status: 201, body: { ...WEBHOOK_ENDPOINT, secret: SIGNING_SECRET } },
    },
    {
      name: "notReadable",
      summary: "Events that the calling key may not read itself",
      body: { url, events: ["key.revoked"] },
      answer: {
        problem: "permission_denied",
        detail:
          "Events tell what this API key may not read itself: key.revoked. Those of keys and findings take a key that manages all keys.",
        extensions: { missingPermissions: ["keys:manage"] },
      },
    },
    {
      name: "inside",
      summary: "A URL that leads into a private network",
      body: { url: "https://10.1.2.3/hook", events },
      answer: wrongField(
        "url",
        "Leads to 10.1.2.3, which is no public address. The operator can name private networks (WEBHOOK_PRIVATE_NETWORKS)",
        "target_refused",
      ),
    },
  ],
  get: [
    { name: "endpoint", summary: "An endpoint", params, answer: { status: 200, body: WEBHOOK_ENDPOINT } },
    { name: "unknown", summary: "No such endpoint", params: unknown, answer: NOT_FOUND },
  ],
  update: [
    {
      name: "events",
      summary: "Is told of revoked licences alone",
      params,
      body: { events: ["license.revoked"] },
      answer: { status: 200, body: { ...WEBHOOK_ENDPOINT, events: ["license.revoked"] } },
    },
  ],
  delete: [
    {
      name: "deleted",
      summary: "Deletes an endpoint",
      params,
      answer: { status: 200, body: { ...params, deleted: true } },
    },
  ],
  enable: [
    {
      name: "enabled",
      summary: "One that is enabled already stays as it is",
      params,
      answer: { status: 200, body: WEBHOOK_ENDPOINT },
    },
  ],
  disable: [
    {
      name: "disabled",
      summary: "Sends nothing there any more",
      params,
      answer: {
        status: 200,
        body: { ...WEBHOOK_ENDPOINT, disabledAt: NOW, disabledReason: "manual" },
      },
    },
  ],
  rotateSecret: [
    {
      name: "rotated",
      summary: "A new signing secret; the one before signs beside it for a day",
      params,
      answer: {
        status: 200,
        body: {
          ...WEBHOOK_ENDPOINT,
          previousSecretUntil: "2026-11-24T12:30:30.000Z",
          secret: SIGNING_SECRET,
        },
      },
    },
  ],
  test: [
    {
      name: "test",
      summary: "Sends an event that tells of nothing",
      params,
      answer: { status: 202, body: { id: WEBHOOK_DELIVERY.id } },
    },
  ],
  listDeliveries: [
    {
      name: "waiting",
      summary: "What waits to be sent",
      params,
      query: { state: "waiting" },
      answer: { status: 200, body: { data: [WEBHOOK_DELIVERY], nextCursor: null } },
    },
  ],
  getDelivery: [
    {
      name: "test",
      summary: "A test that was not sent yet",
      params: delivery,
      answer: {
        status: 200,
        body: {
          ...WEBHOOK_DELIVERY,
          body: JSON.stringify({
            type: "webhook.test",
            timestamp: NOW,
            data: { endpointId: WEBHOOK_ENDPOINT.id, environment: "production" },
          }),
          tried: [],
        },
      },
    },
    {
      name: "unknown",
      summary: "No such delivery",
      params: { ...params, messageId: "msg_01jdczzzzzh3j5k7m9n1p3q5r7" },
      answer: NOT_FOUND,
    },
  ],
  resend: [
    {
      name: "again",
      summary: "Sends an event again",
      params: delivery,
      answer: { status: 202, body: WEBHOOK_DELIVERY },
    },
  ],
} satisfies Record<string, Examples>;
