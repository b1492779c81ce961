import type { Id } from "@/contracts/ids";

/** Whose calls: of one key, or about one customer. */
export type CallsOf = { keyId: Id<"key"> } | { customerId: Id<"cus"> };

/** What the calls of a detail page are asked with, on the server and in the browser alike. */
export function recentCallsInput(of: CallsOf) {
  const whose = "keyId" in of ? { key: of.keyId } : { customer: of.customerId };
  return { ...whose, period: "30d", pageSize: 10 } as const;
}

/** The log's page with the same calls. */
export function callsHref(of: CallsOf): string {
  return `/logs?${"keyId" in of ? `key=${of.keyId}` : `customer=${of.customerId}`}&period=30d&env=all`;
}
