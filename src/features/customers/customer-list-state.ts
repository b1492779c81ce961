import { listCustomersSchema } from "@/contracts/schemas/customers";
import { defineListState } from "@/lib/list-state";

/** The customers, in the address bar. */
export const customerList = defineListState(listCustomersSchema, { filters: ["search"] });
