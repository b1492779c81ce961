import type { Id } from "@/contracts/ids";

/** What the licences of a customer's page are asked with, on the server and in the browser alike. */
export function customerLicensesInput(customerId: Id<"cus">) {
  return { customerId, pageSize: 10 } as const;
}
