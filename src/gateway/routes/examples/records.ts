import type { Activation } from "@/contracts/schemas/activations";
import type { Customer } from "@/contracts/schemas/customers";
import type { Job } from "@/contracts/schemas/jobs";
import type { CallingKey, ManagedKey } from "@/contracts/schemas/keys";
import type { License } from "@/contracts/schemas/licenses";
import type { TelemetryEvent } from "@/contracts/schemas/telemetry";
import type { WebhookDelivery, WebhookEndpoint } from "@/contracts/schemas/webhooks";

/** The instant at which the calls of all examples are made. */
export const NOW = "2026-11-23T12:30:30.000Z";

/** The key that makes the calls. */
export const CALLING_KEY: CallingKey = {
  id: "key_01jdcyzx3m5n7p9q1r3s5t7v9w",
  name: "Shop backend",
  environment: "production",
  status: "active",
  permissions: [
    "licenses:read",
    "licenses:manage",
    "licenses:validate",
    "customers:write",
    "telemetry:read",
    "telemetry:write",
    "jobs:write",
    "keys:verify",
    "keys:manage",
    "webhooks:manage",
  ],
  rateLimits: { minute: 600, day: 100_000 },
  customers: null,
  ipAllowlist: [],
  allowedOrigins: [],
  managesKeys: "own",
  grantsKeyManagement: false,
  expiresAt: "2027-11-23T12:00:00.000Z",
  createdAt: NOW,
  lastUsedAt: NOW,
};

/** Another key, which a client has shown to whoever asks about it. */
export const SHOWN_KEY = {
  id: "key_01jdcyzy4n6p8q0r2s4t6v8w0x",
  name: "Acme Ltd",
  permissions: ["licenses:read"],
} as const;
/** Its secret, as far as a description may hold one: the checksum at its end is wrong. */
export const SHOWN_SECRET = "kw_prod_4fT9xWq2LmN8vB3cYz7RkPs6JdHg1QaE000000";

/** A key that the calling one has made for a customer of its own. */
export const MANAGED_KEY: ManagedKey = {
  id: "key_01jdcyzz5p7r9s1t3v5w7x9y1z",
  name: "Acme Ltd",
  description: "Reads its own licences",
  environment: "production",
  maskedKey: "kw_prod_4fT9…Zx4T",
  status: "active",
  permissions: ["licenses:read"],
  rateLimits: { minute: 60, day: 1_000 },
  customers: ["cus_01jdcz0v8mfz6t9w3x5y7a1b2c"],
  ipAllowlist: ["203.0.113.0/24"],
  allowedOrigins: [],
  tags: ["acme"],
  expiresAt: "2027-11-23T12:00:00.000Z",
  revokedAt: null,
  revokedReason: null,
  overlapUntil: null,
  lastUsedAt: null,
  createdAt: NOW,
  updatedAt: NOW,
};

/** Another one, which it has revoked. */
export const REVOKED_KEY: ManagedKey = {
  ...MANAGED_KEY,
  id: "key_01jdcyzz6q8s0t2v4w6x8y0z2a",
  name: "Former Ltd",
  status: "inactive",
  tags: [],
  revokedAt: NOW,
  revokedReason: "Contract ended",
};

export const CUSTOMER: Customer = {
  id: "cus_01jdcz0v8mfz6t9w3x5y7a1b2c",
  email: "ada@example.com",
  name: "Ada Lovelace",
  metadata: { crm: "C-2041" },
  createdAt: NOW,
  updatedAt: NOW,
};

/** What the licence is active on. */
export const DEVICE = "macbook-of-ada";

/** Active, and on one device. */
export const LICENSE: License = {
  id: "lic_01jdcz1f4kq8r2s5v7w9x3y6z0",
  key: "7H4QM-XK2PD-9RVTW-C3JNB-F8YZG",
  product: "Editor",
  status: "active",
  statusReason: null,
  statusChangedAt: null,
  customerId: CUSTOMER.id,
  activationLimit: 2,
  activationCount: 1,
  expiresAt: "2027-11-23T12:00:00.000Z",
  features: ["export", "sync"],
  metadata: { order: "A-1042" },
  createdAt: NOW,
  updatedAt: NOW,
};

/** Another one of the same customer, which was suspended. */
export const SUSPENDED_LICENSE: License = {
  ...LICENSE,
  id: "lic_01jdcz1g6mr0t4v8w2x6y0z4a8",
  key: "Q5WET-2ZN8K-HB4RD-VX7JC-M9PSA",
  product: "Viewer",
  status: "suspended",
  statusReason: "Payment overdue",
  statusChangedAt: NOW,
  activationLimit: null,
  activationCount: 0,
  expiresAt: null,
  features: [],
  metadata: {},
};

export const ACTIVATION: Activation = {
  id: "act_01jdcz2g7hn4p6q8r0s3t5v7w9",
  licenseId: LICENSE.id,
  identifier: DEVICE,
  metadata: { os: "macOS 26" },
  createdAt: NOW,
  deactivatedAt: null,
};

export const EVENT: TelemetryEvent = {
  id: "evt_01jdcz3a5b7c9d1e3f5g7h9j1k",
  type: "app.start",
  at: NOW,
  receivedAt: NOW,
  product: "Editor",
  version: "4.2.0",
  licenseId: LICENSE.id,
  licenseKey: "7H4Q…8YZG",
  identifier: DEVICE,
  data: { os: "macOS 26" },
  flags: [],
};

/** In line. */
export const QUEUED_JOB: Job = {
  id: "job_01jdcz4b6c8d0e2f4g6h8j0k2m",
  type: "licenses.generate",
  status: "queued",
  progress: { done: 0, total: 500 },
  outcome: null,
  attempts: 0,
  error: null,
  requestId: "req_01jdcz5c7d9e1f3g5h7j9k1m3n",
  keyId: CALLING_KEY.id,
  createdAt: NOW,
  startedAt: null,
  finishedAt: null,
  resultExpiresAt: null,
};

/** An import that has ended. */
export const ENDED_JOB: Job = {
  ...QUEUED_JOB,
  id: "job_01jdcz4a2b4c6d8e0f2g4h6j8k",
  type: "customers.import",
  status: "succeeded",
  progress: { done: 2, total: 2 },
  outcome: { succeeded: 1, failed: 1 },
  attempts: 1,
  startedAt: NOW,
  finishedAt: NOW,
  resultExpiresAt: "2026-11-30T12:30:30.000Z",
};

/** Its rows: the second has no address. */
export const IMPORTED_ROWS = [{ email: "grace@example.com", name: "Grace Hopper" }, { name: "Nobody" }];

export const WEBHOOK_ENDPOINT: WebhookEndpoint = {
  id: "whe_01jdcz6d8e0g2h4j6k8m0n2p4q",
  url: "https://hooks.acme.example/keyward",
  description: "Licence desk",
  events: ["license.revoked", "activation.created"],
  disabledAt: null,
  disabledReason: null,
  failingSince: null,
  previousSecretUntil: null,
  createdAt: NOW,
  updatedAt: NOW,
};
/** A signing secret, as docs/webhooks.md prints it too: it is nobody's. */
export const SIGNING_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** A test that waits to be sent there. */
export const WEBHOOK_DELIVERY: WebhookDelivery = {
  id: "msg_01jdcz7e9f1h3j5k7m9n1p3q5r",
  type: "webhook.test",
  subjectId: WEBHOOK_ENDPOINT.id,
  state: "waiting",
  attempts: 0,
  status: null,
  error: null,
  nextAttemptAt: NOW,
  createdAt: NOW,
  finishedAt: null,
};
