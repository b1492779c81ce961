import { type Examples, NOT_FOUND, wrongField } from "./example";
import { MANAGED_KEY, NOW, REVOKED_KEY, SHOWN_SECRET } from "./records";

const params = { id: MANAGED_KEY.id };
const revoked = { id: REVOKED_KEY.id };
const unknown = { id: "key_01jdczzzzzp7r9s1t3v5w7x9y1" };

const { name, permissions, customers, rateLimits } = MANAGED_KEY;

export const MANAGED_KEY_EXAMPLES = {
  list: [
    {
      name: "active",
      summary: "Those that work",
      query: { status: "active" },
      answer: { status: 200, body: { data: [MANAGED_KEY], nextCursor: null } },
    },
  ],
  create: [
    {
      name: "forCustomer",
      summary: "A key for one customer",
      body: { name, permissions, customers, rateLimits },
      answer: {
        status: 201,
        body: { ...MANAGED_KEY, description: "", ipAllowlist: [], tags: [], secret: SHOWN_SECRET },
      },
    },
    {
      name: "notHeld",
      summary: "A permission that the calling key does not have itself",
      body: { name, permissions: ["jobs:read", "orders:read"] },
      answer: {
        problem: "permission_denied",
        detail:
          "The calling key does not have orders:read. A name that is not in the catalogue may be misspelt: which there are is told to keys alone that have them.",
        extensions: { missingPermissions: ["orders:read"] },
      },
    },
    {
      name: "moreCalls",
      summary: "More calls than the calling key may make",
      body: { name, permissions, rateLimits: { minute: 601, day: 1_000 } },
      answer: wrongField(
        "rateLimits.minute",
        "Must be at most what the calling key has: 600 calls per minute",
        "exceeds_calling_key",
      ),
    },
  ],
  get: [
    { name: "key", summary: "A key", params, answer: { status: 200, body: MANAGED_KEY } },
    { name: "unknown", summary: "No such key, or not one of its own", params: unknown, answer: NOT_FOUND },
  ],
  update: [
    {
      name: "fewerCalls",
      summary: "Fewer calls, and a word to find it by",
      params,
      body: { rateLimits: { minute: 30, day: 1_000 }, tags: ["acme", "trial"] },
      answer: {
        status: 200,
        body: { ...MANAGED_KEY, rateLimits: { minute: 30, day: 1_000 }, tags: ["acme", "trial"] },
      },
    },
  ],
  delete: [
    {
      name: "deleted",
      summary: "Deletes a key that is revoked",
      params: revoked,
      answer: { status: 200, body: { id: REVOKED_KEY.id, deleted: true } },
    },
    {
      name: "active",
      summary: "It still works",
      params,
      answer: { problem: "invalid_state", detail: "Revoke the key before you delete it." },
    },
  ],
  regenerate: [
    {
      name: "overlap",
      summary: "A new secret, beside which the one before works for an hour",
      params,
      body: { overlap: "1h" },
      answer: {
        status: 200,
        body: { ...MANAGED_KEY, overlapUntil: "2026-11-23T13:30:30.000Z", secret: SHOWN_SECRET },
      },
    },
  ],
  revoke: [
    {
      name: "revoke",
      summary: "Cuts a key off",
      params,
      body: { reason: "Contract ended" },
      answer: {
        status: 200,
        body: { ...MANAGED_KEY, status: "inactive", revokedAt: NOW, revokedReason: "Contract ended" },
      },
    },
  ],
  reactivate: [
    {
      name: "reactivate",
      summary: "Takes the revoke back",
      params: revoked,
      answer: {
        status: 200,
        body: { ...REVOKED_KEY, status: "active", revokedAt: null, revokedReason: null },
      },
    },
  ],
} satisfies Record<string, Examples>;
