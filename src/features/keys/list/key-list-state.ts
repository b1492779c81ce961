import type { Id } from "@/contracts/ids";
import { readOwner, readTag } from "@/contracts/key-labels";
import { EXPIRY_FILTER_NAMES, KEY_SORTS, KEY_STATUSES, LAST_USE_FILTER_NAMES } from "@/contracts/keys";
import { PERMISSION_NAME } from "@/contracts/permissions";
import { idOf, oneOf, optional, orElse, someOf, textOf, textThat } from "@/lib/address-field";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** The keys, in the address bar. */
export const keyList = defineListState({
  filters: {
    search: orElse(textOf(0, 100), ""),
    statuses: someOf(KEY_STATUSES),
    permission: optional(textThat((text) => PERMISSION_NAME.test(text))),
    customerId: optional(idOf("cus")),
    madeBy: optional(idOf("key")),
    owner: optional(readOwner),
    tag: optional(readTag),
    lastUse: optional(oneOf(LAST_USE_FILTER_NAMES)),
    expiry: optional(oneOf(EXPIRY_FILTER_NAMES)),
  },
  kept: {
    sort: orElse(oneOf(KEY_SORTS), "createdAt"),
    direction: orElse(oneOf(["asc", "desc"]), "desc"),
  },
});

export type KeyListState = ListStateOf<typeof keyList>;

/** What the keys of a customer's page are asked with, on the server and in the browser alike. */
export function customerKeysInput(customerId: Id<"cus">) {
  return { customerId, limit: 10 } as const;
}
