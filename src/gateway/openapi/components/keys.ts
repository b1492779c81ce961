import { callingKeySchema } from "@/contracts/schemas/keys";
import { type Component, object } from "../component";

const { rateLimits } = callingKeySchema.shape;

const limit = (window: string, example: number) => ({
  description: `Calls in a ${window}. Absent: no limit for it.`,
  minimum: 1,
  examples: [example],
});

export const KEY_ANSWERS: readonly Component[] = [
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
        "The customers it is restricted to; null: it is not restricted. It sees and changes nothing of anybody else.",
      maxItems: 100,
    },
    ipAllowlist: {
      description: "Addresses and ranges (CIDR) from which it may be used; empty: from any.",
      maxItems: 100,
      items: { type: "string", maxLength: 64 },
      examples: [["203.0.113.0/24"]],
    },
    expiresAt: "When it stops working; null: never.",
    createdAt: "When it was made.",
    lastUsedAt: "When it was last used before this call; null: never.",
  }),
];
