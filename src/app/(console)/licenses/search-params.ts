import { createLoader, parseAsArrayOf, parseAsNumberLiteral, parseAsStringLiteral } from "nuqs/server";
import { LICENSE_STATUSES, listLicensesSchema } from "@/contracts/licenses";
import { DEFAULT_PAGE_SIZE, PAGE_SIZES } from "@/contracts/lists";
import { parseAsText } from "@/lib/parse-as-text";

const { search, product, customerId, cursor } = listLicensesSchema.shape;

/** State of the list in the address bar, parsed alike by the server's first paint and by the browser. */
export const licenseListParsers = {
  search: parseAsText(search.unwrap()).withDefault(""),
  statuses: parseAsArrayOf(parseAsStringLiteral(LICENSE_STATUSES)).withDefault([]),
  product: parseAsText(product.unwrap().unwrap()),
  customer: parseAsText(customerId.unwrap().unwrap()),
  pageSize: parseAsNumberLiteral(PAGE_SIZES).withDefault(DEFAULT_PAGE_SIZE),
  cursor: parseAsText(cursor.unwrap().unwrap()),
};

/** Reads the list's state on the server. */
export const loadLicenseListQuery = createLoader(licenseListParsers);
