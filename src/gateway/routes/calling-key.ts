import { keyStatus } from "@/contracts/keys";
import { type CallingKey, callingKeySchema } from "@/contracts/schemas/keys";
import { inWindowOrder, withoutFullPrefix } from "@/server/services/keys";
import type { VerifiedKey } from "../authenticate/verified-key";
import { KEY_EXAMPLES } from "./examples/keys";
import { defineRoute } from "./route";

/**
 * What a key may know of itself, from what the gateway has read already: all that bounds what it may do, which its holder would
 * otherwise find out refusal by refusal, as a thief would too. Nothing of people (who made it, who answers for it), of its description
 * and tags, and of where it was used from: that is worth more to a thief than to the holder.
 */
function callingKeyOf(key: VerifiedKey): CallingKey {
  const managesOthers = key.granted.includes("keys:manage");
  return {
    id: key.id,
    name: key.name,
    environment: key.environment,
    status: keyStatus(key, key.readAt),
    permissions: key.permissions,
    rateLimits: inWindowOrder(key.rateLimits),
    customers: key.customers,
    ipAllowlist: key.ipAllowlist.map(withoutFullPrefix),
    allowedOrigins: key.allowedOrigins,
    managesKeys: managesOthers ? key.managesKeys : null,
    grantsKeyManagement: managesOthers && key.grantsKeyManagement,
    expiresAt: key.expiresAt?.toISOString() ?? null,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  };
}

export const callingKeyRoutes = [
  defineRoute(
    {
      id: "key.get",
      method: "get",
      path: "/key",
      summary: "The calling key: what it is and what it may do",
      permission: null,
      lastUse: true,
      input: {},
      responses: { 200: { description: "The key", schema: callingKeySchema } },
      problems: [],
      examples: KEY_EXAMPLES.get,
    },
    async ({ key }) => ({ status: 200, body: callingKeyOf(key) }),
  ),
];
