import { createLoader, type inferParserType, parseAsNumberLiteral } from "nuqs/server";
import { customerSearchSchema } from "@/contracts/customers";
import type { Environment } from "@/contracts/environments";
import { cursorSchema, DEFAULT_PAGE_SIZE, PAGE_SIZES } from "@/contracts/lists";
import { parseAsText } from "@/lib/parse-as-text";

/** State of the list in the address bar, parsed alike by the server's first paint and by the browser. */
export const customerListParsers = {
  search: parseAsText(customerSearchSchema).withDefault(""),
  pageSize: parseAsNumberLiteral(PAGE_SIZES).withDefault(DEFAULT_PAGE_SIZE),
  cursor: parseAsText(cursorSchema),
};

type CustomerListState = inferParserType<typeof customerListParsers>;

export const loadCustomerList = createLoader(customerListParsers);

/** What to ask the server for. One function for both sides: an input that differs would throw the prefetch away. */
export function customerListInput(state: CustomerListState, environment: Environment | null) {
  return { search: state.search, environment, pageSize: state.pageSize, cursor: state.cursor };
}
