import { createLoader, parseAsArrayOf, parseAsNumberLiteral, parseAsStringLiteral } from "nuqs/server";
import {
  EXPIRY_FILTERS,
  type ExpiryFilter,
  KEY_SORTS,
  KEY_STATUSES,
  LAST_USE_FILTERS,
  type LastUseFilter,
  listKeysSchema,
} from "@/contracts/keys";
import { DEFAULT_PAGE_SIZE, PAGE_SIZES } from "@/contracts/lists";
import { PERMISSIONS } from "@/contracts/permissions";
import { parseAsText } from "@/lib/parse-as-text";

const { search, customer, cursor } = listKeysSchema.shape;

/** State of the list in the address bar, parsed alike by the server's first paint and by the browser. */
export const keyListParsers = {
  search: parseAsText(search.unwrap()).withDefault(""),
  statuses: parseAsArrayOf(parseAsStringLiteral(KEY_STATUSES)).withDefault([]),
  permission: parseAsStringLiteral(PERMISSIONS),
  customer: parseAsText(customer.unwrap().unwrap()),
  lastUse: parseAsStringLiteral(Object.keys(LAST_USE_FILTERS) as LastUseFilter[]),
  expiry: parseAsStringLiteral(Object.keys(EXPIRY_FILTERS) as ExpiryFilter[]),
  sort: parseAsStringLiteral(KEY_SORTS).withDefault("createdAt"),
  direction: parseAsStringLiteral(["asc", "desc"]).withDefault("desc"),
  pageSize: parseAsNumberLiteral(PAGE_SIZES).withDefault(DEFAULT_PAGE_SIZE),
  cursor: parseAsText(cursor.unwrap().unwrap()),
};

/** Reads the list's state on the server. */
export const loadKeyListQuery = createLoader(keyListParsers);
