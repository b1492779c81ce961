import type { Id } from "@/contracts/ids";

/** What the keys of a customer's page are asked with, on the server and in the browser alike. */
export function scopedKeysInput(customer: Id<"cus">) {
  return { customer, pageSize: 10 } as const;
}
