import { createLoader, parseAsNumberLiteral, parseAsStringLiteral } from "nuqs/server";
import { idSchema } from "@/contracts/ids";
import { productSchema } from "@/contracts/licenses";
import { cursorSchema, DEFAULT_PAGE_SIZE, PAGE_SIZES } from "@/contracts/lists";
import { daySchema, telemetryTypeSchema } from "@/contracts/telemetry";
import { PERIODS } from "@/features/telemetry/telemetry-query";
import { parseAsText } from "@/lib/parse-as-text";

/** State of the page in the address bar, parsed alike by the server's first paint and by the browser. */
export const telemetryParsers = {
  period: parseAsStringLiteral(PERIODS).withDefault("30"),
  from: parseAsText(daySchema),
  to: parseAsText(daySchema),
  type: parseAsText(telemetryTypeSchema),
  product: parseAsText(productSchema),
  flagged: parseAsStringLiteral(["yes", "no"] as const),
  pageSize: parseAsNumberLiteral(PAGE_SIZES).withDefault(DEFAULT_PAGE_SIZE),
  cursor: parseAsText(cursorSchema),
  event: parseAsText(idSchema("evt")),
};

/** Reads the page's state on the server. */
export const loadTelemetryQuery = createLoader(telemetryParsers);
