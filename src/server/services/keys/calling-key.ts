import { type CallingKey, keyStatus } from "@/contracts/keys";
import type { DoorKey } from "./door-key";
import { inWindowOrder, withoutFullPrefix } from "./view";

/**
 * What a key may know of itself, from what the door has read already: asking "what am I" costs no second query.
 * @param now the instant of the call
 */
export function callingKeyOf(key: DoorKey, now: Date): CallingKey {
  return {
    id: key.id,
    name: key.name,
    environment: key.environment,
    status: keyStatus(key, now),
    permissions: key.permissions,
    rateLimits: inWindowOrder(key.rateLimits),
    customers: key.customers,
    ipAllowlist: key.ipAllowlist.map(withoutFullPrefix),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  };
}
