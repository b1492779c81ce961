import { createLoader, parseAsArrayOf, parseAsNumberLiteral, parseAsStringLiteral } from "nuqs/server";
import { JOB_STATUSES, JOB_TYPE_NAMES, jobSearchSchema } from "@/contracts/jobs";
import { cursorSchema, DEFAULT_PAGE_SIZE, PAGE_SIZES } from "@/contracts/lists";
import { parseAsText } from "@/lib/parse-as-text";

/** State of the history in the address bar, parsed alike by the server's first paint and by the browser. */
export const jobListParsers = {
  search: parseAsText(jobSearchSchema).withDefault(""),
  statuses: parseAsArrayOf(parseAsStringLiteral(JOB_STATUSES)).withDefault([]),
  types: parseAsArrayOf(parseAsStringLiteral(JOB_TYPE_NAMES)).withDefault([]),
  pageSize: parseAsNumberLiteral(PAGE_SIZES).withDefault(DEFAULT_PAGE_SIZE),
  cursor: parseAsText(cursorSchema),
};

/** Reads the state on the server. */
export const loadJobListQuery = createLoader(jobListParsers);
