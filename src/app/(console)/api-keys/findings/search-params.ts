import {
  createLoader,
  parseAsArrayOf,
  parseAsBoolean,
  parseAsNumberLiteral,
  parseAsStringLiteral,
} from "nuqs/server";
import { FINDING_KINDS, FINDING_SEVERITY_NAMES } from "@/contracts/findings";
import { cursorSchema, DEFAULT_PAGE_SIZE, PAGE_SIZES } from "@/contracts/lists";
import { parseAsText } from "@/lib/parse-as-text";

/** State of the list in the address bar, parsed alike by the server's first paint and by the browser. */
export const findingListParsers = {
  kinds: parseAsArrayOf(parseAsStringLiteral(FINDING_KINDS)).withDefault([]),
  severities: parseAsArrayOf(parseAsStringLiteral(FINDING_SEVERITY_NAMES)).withDefault([]),
  muted: parseAsBoolean.withDefault(false),
  pageSize: parseAsNumberLiteral(PAGE_SIZES).withDefault(DEFAULT_PAGE_SIZE),
  cursor: parseAsText(cursorSchema),
};

/** Reads the list's state on the server. */
export const loadFindingListQuery = createLoader(findingListParsers);
