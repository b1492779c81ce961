import {
  callingKeySchema,
  createManagedKeySchema,
  managedKeySchema,
  rateLimitsSchema,
  regenerateManagedKeySchema,
  revealedKeySchema,
  revokeManagedKeySchema,
  updateManagedKeySchema,
} from "@/contracts/schemas/keys";
import { deletedKeySchema, managedKeyPageSchema } from "@/gateway/routes/schemas";
import { type Component, object } from "../component";
import { DELETED, NEXT_CURSOR } from "./lists";

const { rateLimits } = callingKeySchema.shape;

const limit = (window: string, example: number) => ({
  description: `Calls in a ${window}. Absent: no limit for it.`,
  minimum: 1,
  examples: [example],
});

const TEXTS = {
  name: { description: "What people call it.", maxLength: 100, examples: ["Acme Ltd"] },
  description: { description: "What it is for.", maxLength: 500, examples: ["Reads its own licences"] },
  permissions: {
    description: "What it may do. A permission may include others, which are not listed.",
    maxItems: 100,
    items: { type: "string", maxLength: 100 },
    examples: [["licenses:read"]],
  },
  customers: {
    description:
      "The customers it is restricted to; null: it is not restricted; empty: all of them have been deleted, and it reaches nobody. It sees and changes nothing of anybody else.",
    maxItems: 100,
  },
  ipAllowlist: {
    description: "Addresses and ranges (CIDR) from which it may be used; empty: from any.",
    maxItems: 100,
    items: { type: "string", maxLength: 64 },
    examples: [["203.0.113.0/24"]],
  },
  allowedOrigins: {
    description: "Web origins whose pages may use it; empty: of any.",
    maxItems: 20,
    items: { type: "string", maxLength: 300 },
    examples: [["https://app.example.com"]],
  },
  tags: {
    description: "Words that it is found by: small letters, digits and hyphens.",
    maxItems: 10,
    items: { type: "string", maxLength: 30 },
    examples: [["acme"]],
  },
};

/** What is absent of a new key is as the calling key has it. */
const asCaller = <Text extends { description: string }>(text: Text) => ({
  ...text,
  description: `${text.description} Absent: as the calling key has it, within which it must lie.`,
});

/** Of what is sent the schema itself says how long it may be. */
function sent<Text extends { description: string; examples: unknown }>({ description, examples }: Text) {
  return { description, examples };
}

const EXPIRY = "When it stops working; null: never.";
const LIMITS = "Its limits, in one to three windows.";
const CUSTOMERS = { description: TEXTS.customers.description };

export const KEY_INPUTS: readonly Component[] = [
  object(
    "RateLimitsCreate",
    rateLimitsSchema,
    "How many calls a key may make, in one to three sliding windows. At least one.",
    { minute: limit("minute", 60), hour: limit("hour", 1_000), day: limit("day", 10_000) },
  ),
  object("KeyCreate", createManagedKeySchema, "A new key, for somebody else.", {
    name: sent(TEXTS.name),
    description: sent(TEXTS.description),
    permissions: {
      ...sent(TEXTS.permissions),
      description: "What it may do: permissions that the calling key has, or that one of its own includes.",
    },
    rateLimits: asCaller({ description: LIMITS }),
    customers: asCaller(CUSTOMERS),
    ipAllowlist: asCaller(sent(TEXTS.ipAllowlist)),
    allowedOrigins: asCaller(sent(TEXTS.allowedOrigins)),
    tags: sent(TEXTS.tags),
    expiresAt: asCaller({ description: EXPIRY }),
  }),
  {
    ...object(
      "KeyUpdate",
      updateManagedKeySchema,
      "What is to change of a key; what is absent stays. At least one member.",
      {
        name: sent(TEXTS.name),
        description: sent(TEXTS.description),
        permissions: sent(TEXTS.permissions),
        rateLimits: LIMITS,
        customers: CUSTOMERS,
        ipAllowlist: sent(TEXTS.ipAllowlist),
        allowedOrigins: sent(TEXTS.allowedOrigins),
        tags: sent(TEXTS.tags),
        expiresAt: EXPIRY,
      },
    ),
    keywords: { minProperties: 1 },
  },
  object("KeyRevoke", revokeManagedKeySchema, "Why a key is revoked.", {
    reason: { description: "In words, which the console shows. Absent: none.", examples: ["Contract ended"] },
  }),
  object("KeyRegenerate", regenerateManagedKeySchema, "How a secret takes the place of another.", {
    overlap: "How long the secret before works beside the new one. Absent: not at all.",
    endsOverlap:
      "`overlapUntil` of the key, where an overlap runs that this is to end. Absent or null: none is to be ended.",
  }),
];

const MANAGED = {
  id: "Id of the key.",
  ...TEXTS,
  environment: "The environment that it belongs to.",
  maskedKey: {
    description: "Its prefix, and the first and last four characters of its secret.",
    maxLength: 40,
    examples: ["kw_prod_4fT9…Zx4T"],
  },
  status: "Whether it works now.",
  rateLimits: LIMITS,
  expiresAt: EXPIRY,
  revokedAt: "When it was revoked; null: it is not.",
  revokedReason: {
    description: "Why, in the words of whoever revoked it; null: they gave none, or it is not revoked.",
    maxLength: 500,
    examples: ["Contract ended"],
  },
  overlapUntil: "Until when the secret before works beside the present one; null: it does not.",
  lastUsedAt: "When it was last used; null: never.",
  createdAt: "When it was made.",
  updatedAt: "When it was last changed.",
};

export const KEY_ANSWERS: readonly Component[] = [
  object("ManagedKey", managedKeySchema, "A key that the calling key manages.", MANAGED),
  object("RevealedKey", revealedKeySchema, "A key with its secret, which is told this once.", {
    ...MANAGED,
    secret: {
      description:
        "The key itself, to be handed on and kept nowhere else. Null in a repeat under an Idempotency-Key: it was told in the first answer. Where that was lost, regenerate the key, with another Idempotency-Key.",
      maxLength: 60,
      examples: ["kw_prod_4fT9xWq2LmN8vB3cYz7RkPs6JdHg1QaE000000"],
    },
  }),
  object("KeyPage", managedKeyPageSchema, "A page of keys, newest first.", {
    data: { description: "The keys of this page.", maxItems: 100 },
    nextCursor: NEXT_CURSOR,
  }),
  object("DeletedKey", deletedKeySchema, "A key is deleted.", {
    id: "Id that the key had.",
    deleted: DELETED,
  }),
  object(
    "RateLimits",
    rateLimits,
    "How many calls a key may make, in one to three sliding windows. A call has to pass all of them.",
    { minute: limit("minute", 60), hour: limit("hour", 1_000), day: limit("day", 10_000) },
  ),
  object("CallingKey", callingKeySchema, "An API key as it sees itself. The secret is in no answer.", {
    id: "Id of the key.",
    name: { description: "What administrators call it.", maxLength: 100, examples: ["Shop backend"] },
    environment: "The environment that it belongs to: its endpoint is `/api/v1/{environment}`.",
    status: "`active`, as any other key would not have been answered.",
    permissions: {
      description: "What it may do. A permission may include others, which are not listed.",
      maxItems: 100,
      items: { type: "string", maxLength: 100 },
      examples: [["licenses:manage", "customers:write"]],
    },
    rateLimits: "Its limits. What is left of them is in the header RateLimit.",
    customers: {
      description:
        "The customers it is restricted to; null: it is not restricted; empty: all of them have been deleted, and it reaches nobody. It sees and changes nothing of anybody else.",
      maxItems: 100,
    },
    ipAllowlist: {
      description: "Addresses and ranges (CIDR) from which it may be used; empty: from any.",
      maxItems: 100,
      items: { type: "string", maxLength: 64 },
      examples: [["203.0.113.0/24"]],
    },
    allowedOrigins: TEXTS.allowedOrigins,
    managesKeys:
      "Which keys it manages: `own`, those that it has made, or `all` of its environment, of a key with customers only those within them; null: none, as it does not have `keys:manage`.",
    grantsKeyManagement: "Whether it may give `keys:manage` to the keys that it manages.",
    expiresAt: "When it stops working; null: never.",
    createdAt: "When it was made.",
    lastUsedAt: "When it was last used before this call; null: never.",
  }),
];
