import { orElse, textOf } from "@/lib/address-field";
import { defineListState } from "@/lib/list-state";

/** The customers, in the address bar. */
export const customerList = defineListState({ filters: { search: orElse(textOf(0, 100), "") } });
