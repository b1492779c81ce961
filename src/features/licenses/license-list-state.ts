import { ACTIVATION_FILTERS } from "@/contracts/activations";
import type { Id } from "@/contracts/ids";
import { LICENSE_STATUSES } from "@/contracts/licenses";
import { idOf, oneOf, optional, orElse, someOf, textOf } from "@/lib/address-field";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** The licences, in the address bar. */
export const licenseList = defineListState({
  filters: {
    search: orElse(textOf(0, 100), ""),
    statuses: someOf(LICENSE_STATUSES),
    product: optional(textOf(1, 100)),
    customerId: optional(idOf("cus")),
  },
});

export type LicenseListState = ListStateOf<typeof licenseList>;

/** The activations of one licence, in the address bar of its page. */
export const activationList = defineListState({
  filters: { status: orElse(oneOf(ACTIVATION_FILTERS), "all") },
  size: 10,
});

/** What the licences of a customer's page are asked with, on the server and in the browser alike. */
export function customerLicensesInput(customerId: Id<"cus">) {
  return { customerId, limit: 10 } as const;
}
