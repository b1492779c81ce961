import { createLoader, parseAsStringLiteral } from "nuqs/server";
import { DEFAULT_USAGE_SPAN, USAGE_SPAN_NAMES } from "@/contracts/usage";

/** The time that charts of calls show, in the address bar. */
export const usageSpanParsers = {
  span: parseAsStringLiteral(USAGE_SPAN_NAMES).withDefault(DEFAULT_USAGE_SPAN),
};

/** Reads it on the server. */
export const loadUsageSpan = createLoader(usageSpanParsers);
