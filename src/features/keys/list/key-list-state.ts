import type { Id } from "@/contracts/ids";
import { listKeysSchema } from "@/contracts/schemas/keys";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** The keys, in the address bar. */
export const keyList = defineListState(listKeysSchema, {
  filters: ["search", "statuses", "permission", "customerId", "owner", "tag", "lastUse", "expiry"],
  kept: ["sort", "direction"],
});

export type KeyListState = ListStateOf<typeof keyList>;

/** What the keys of a customer's page are asked with, on the server and in the browser alike. */
export function customerKeysInput(customerId: Id<"cus">) {
  return { customerId, limit: 10 } as const;
}
