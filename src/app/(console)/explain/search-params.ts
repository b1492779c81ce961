import { createLoader, parseAsStringLiteral } from "nuqs/server";
import { ENVIRONMENTS } from "@/contracts/environments";
import { EXPLAINED_METHODS, explainCallSchema, explainRequestSchema } from "@/contracts/explain";
import { listRequestsSchema } from "@/contracts/request-queries";
import { parseAsText } from "@/lib/parse-as-text";

const { path, address } = explainCallSchema.shape;

/**
 * What is to be explained, in the address bar, parsed alike by the server's first paint and by the browser. A key is
 * there by its id; its secret never is.
 */
export const explainParsers = {
  request: parseAsText(explainRequestSchema.shape.requestId),
  key: parseAsText(listRequestsSchema.shape.key.unwrap().unwrap()),
  endpoint: parseAsStringLiteral(ENVIRONMENTS).withDefault("production"),
  method: parseAsStringLiteral(EXPLAINED_METHODS).withDefault("GET"),
  path: parseAsText(path),
  address: parseAsText(address.unwrap()),
};

/** Reads it on the server. */
export const loadExplainQuery = createLoader(explainParsers);
