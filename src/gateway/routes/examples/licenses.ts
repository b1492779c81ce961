import { type Examples, NOT_FOUND, wrongField } from "./example";
import { ACTIVATION, CUSTOMER, LICENSE, NOW, SUSPENDED_LICENSE } from "./records";

const params = { id: LICENSE.id };
const suspended = { id: SUSPENDED_LICENSE.id };
const unknown = { id: "lic_01jdczzzzzq8r2s5v7w9x3y6z0" };

/** As it is when it was just made. */
const NEW_LICENSE = { ...LICENSE, key: "B6TZN-4GW9X-KD2MQ-8RHFE-Y5PVC", activationCount: 0 };

export const LICENSE_EXAMPLES = {
  list: [
    {
      name: "active",
      summary: "Active licences of a product",
      query: { status: "active", product: "Editor", limit: "50" },
      answer: { status: 200, body: { data: [LICENSE], nextCursor: null } },
    },
    {
      name: "wrongStatus",
      summary: "A status that there is not",
      query: { status: "paused" },
      answer: wrongField(
        "status",
        "Must be one of available, active, suspended, expired, revoked",
        "invalid_value",
      ),
    },
  ],
  create: [
    {
      name: "forNewCustomer",
      summary: "A licence for a year, for whoever has this e-mail address",
      body: {
        product: "Editor",
        customer: { email: "alan@example.com", name: "Alan Turing" },
        activationLimit: 2,
        validityDays: 365,
        features: ["export", "sync"],
        metadata: { order: "A-1043" },
      },
      answer: {
        status: 201,
        body: { ...NEW_LICENSE, expiresAt: "2027-11-23T12:30:30.000Z", metadata: { order: "A-1043" } },
      },
    },
    {
      name: "import",
      summary: "A licence that was sold before, with the key that its owner has",
      body: { product: "Editor", customerId: CUSTOMER.id, key: "OLD-LICENCE-0001" },
      answer: {
        status: 201,
        body: {
          ...NEW_LICENSE,
          key: "OLD-LICENCE-0001",
          activationLimit: null,
          expiresAt: null,
          features: [],
          metadata: {},
        },
      },
    },
    {
      name: "contradiction",
      summary: "Two answers to one question",
      body: { product: "Editor", expiresAt: "2027-01-31T00:00:00Z", validityDays: 30 },
      answer: wrongField("validityDays", "Send expiresAt or validityDays, not both", "custom"),
    },
    {
      name: "taken",
      summary: "A key that there is already",
      body: { product: "Editor", key: LICENSE.key },
      answer: { problem: "conflict", detail: "There is a licence with this key already." },
    },
  ],
  get: [
    { name: "license", summary: "A licence", params, answer: { status: 200, body: LICENSE } },
    { name: "unknown", summary: "No such licence", params: unknown, answer: NOT_FOUND },
  ],
  update: [
    {
      name: "extend",
      summary: "Another year, and one device more",
      params,
      body: { expiresAt: "2028-11-23T12:00:00Z", activationLimit: 3 },
      answer: {
        status: 200,
        body: { ...LICENSE, expiresAt: "2028-11-23T12:00:00.000Z", activationLimit: 3 },
      },
    },
  ],
  delete: [
    {
      name: "deleted",
      summary: "Deletes a licence",
      params,
      answer: { status: 200, body: { id: LICENSE.id, deleted: true } },
    },
  ],
  suspend: [
    {
      name: "suspend",
      summary: "Takes a licence out of use",
      params,
      body: { reason: "Payment overdue" },
      answer: {
        status: 200,
        body: {
          ...LICENSE,
          status: "suspended",
          statusReason: "Payment overdue",
          statusChangedAt: NOW,
        },
      },
    },
    {
      name: "again",
      summary: "It is suspended already",
      params: suspended,
      answer: { problem: "invalid_state", detail: "The licence is suspended already." },
    },
  ],
  reinstate: [
    {
      name: "reinstate",
      summary: "Ends a suspension",
      params: suspended,
      body: { reason: "Paid" },
      answer: {
        status: 200,
        body: { ...SUSPENDED_LICENSE, status: "active", statusReason: "Paid" },
      },
    },
    {
      name: "notSuspended",
      summary: "It is not suspended",
      params,
      answer: { problem: "invalid_state", detail: "The licence is not suspended." },
    },
  ],
  revoke: [
    {
      name: "revoke",
      summary: "Ends a licence for good",
      params,
      body: { reason: "Refunded" },
      answer: {
        status: 200,
        body: { ...LICENSE, status: "revoked", statusReason: "Refunded", statusChangedAt: NOW },
      },
    },
  ],
  activations: [
    {
      name: "activations",
      summary: "Where a licence is active",
      params,
      answer: { status: 200, body: { data: [ACTIVATION], nextCursor: null } },
    },
  ],
} satisfies Record<string, Examples>;
