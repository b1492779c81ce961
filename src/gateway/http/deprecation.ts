import { redactKeys } from "@/server/core/key-format";
import type { Deprecation, Route } from "../routes/route";

/** Where whoever calls a deprecated route reads what that means, and how long it stays. */
const GUIDE_PATH = "/docs/versioning";

/** What is known of the call: where the deployment and the endpoint are, and what stands in the path. */
interface Called {
  baseUrl: string;
  /** `/api/v1` or `/api/v1/{environment}`. */
  base: string;
  params: Readonly<Record<string, string>>;
}

/**
 * What every answer of a deprecated route carries, refusals too: Deprecation (RFC 9745, section 2.1: a structured-field date),
 * Sunset (RFC 8594, section 3: an HTTP-date), and Link to the guide and to what takes the route's place (RFC 5829, section 3.4).
 */
export function deprecationHeaders(
  { since, sunset, successor }: Deprecation,
  { baseUrl, base, params }: Called,
): Record<string, string> {
  const links = [`<${baseUrl}${GUIDE_PATH}>; rel="deprecation"; type="text/html"`];
  if (successor) links.push(`<${base}${withParams(successor, params)}>; rel="successor-version"`);
  return {
    Deprecation: `@${Date.parse(since) / 1_000}`,
    ...(sunset ? { Sunset: new Date(sunset).toUTCString() } : undefined),
    Link: links.join(", "),
  };
}

/** The path of the successor for the record that was asked for. */
function withParams(path: string, params: Called["params"]): string {
  // A key pasted in the place of an id must not come back in the answer, which clients log; nor may `>` end the link early.
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(redactKeys(params[name] ?? "")));
}

/** What the description says of it, in words; empty of a route that stays. */
export function deprecationText({ deprecated, method }: Pick<Route, "deprecated" | "method">): string {
  if (!deprecated) return "";
  const { since, sunset, successor } = deprecated;
  const gone = sunset ? `may be gone from ${sunset} on` : "stays at least twelve months longer";
  const instead = successor ? ` Use \`${method.toUpperCase()} ${successor}\` instead.` : "";
  return `Deprecated since ${since}: ${gone}.${instead}`;
}
