import type { Id } from "@/contracts/ids";
import { listActivationsSchema } from "@/contracts/schemas/activations";
import { listLicensesSchema } from "@/contracts/schemas/licenses";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** The licences, in the address bar. */
export const licenseList = defineListState(listLicensesSchema, {
  filters: ["search", "statuses", "product", "customerId"],
});

export type LicenseListState = ListStateOf<typeof licenseList>;

/** The activations of one licence, in the address bar of its page. */
export const activationList = defineListState(listActivationsSchema, { filters: ["status"] });

/** What the licences of a customer's page are asked with, on the server and in the browser alike. */
export function customerLicensesInput(customerId: Id<"cus">) {
  return { customerId, limit: 10 } as const;
}
