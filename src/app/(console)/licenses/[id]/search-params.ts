import { createLoader, parseAsNumberLiteral, parseAsStringLiteral } from "nuqs/server";
import { ACTIVATION_FILTERS } from "@/contracts/activations";
import { cursorSchema, PAGE_SIZES } from "@/contracts/lists";
import { parseAsText } from "@/lib/parse-as-text";

/** State of the activations in the address bar, parsed alike by the server's first paint and by the browser. */
export const activationsParsers = {
  status: parseAsStringLiteral(ACTIVATION_FILTERS).withDefault("all"),
  pageSize: parseAsNumberLiteral(PAGE_SIZES).withDefault(10),
  cursor: parseAsText(cursorSchema),
};

/** Reads the state on the server. */
export const loadActivationsQuery = createLoader(activationsParsers);
