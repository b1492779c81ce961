import type { Route } from "@/gateway/routes/route";
import type { JsonSchema } from "./component";

/** A header of answers, as the description has it. */
type Header = { description: string; required?: boolean; schema: JsonSchema; example?: string | number };

const text = (maxLength: number): JsonSchema => ({ type: "string", maxLength });

/** The headers of answers, by name. */
const HEADERS = {
  "X-Request-Id": {
    description:
      "Id of the call, to be named when asking the operator. That of a valid `traceparent`, if one was sent (W3C Trace Context).",
    required: true,
    schema: { $ref: "#/components/schemas/RequestId" },
  },
  "Cache-Control": {
    description: "No answer may be kept: it would outlive the key that was allowed to read it.",
    required: true,
    schema: { type: "string", const: "no-store" },
  },
  "X-Content-Type-Options": {
    description: "Keeps browsers from taking an answer for something else than its type.",
    required: true,
    schema: { type: "string", const: "nosniff" },
  },
  "Access-Control-Allow-Origin": {
    description:
      "Pages of any origin may read the answer. Cookies mean nothing here; what decides is the key.",
    required: true,
    schema: { type: "string", const: "*" },
  },
  "RateLimit-Policy": {
    description:
      "The limits of the key: `q` calls in `w` seconds (draft-ietf-httpapi-ratelimit-headers-10). Absent before the limit was asked, as in most refusals of a key.",
    schema: text(200),
    example: '"minute";q=600;w=60, "day";q=100000;w=86400',
  },
  RateLimit: {
    description:
      "What is left of them: `r` calls, and `t` seconds until more are. Absent before the limit was asked, and while the limiter is away.",
    schema: text(200),
    example: '"minute";r=599;t=42, "day";r=99873;t=41370',
  },
  "Retry-After": {
    description: "Seconds until the call can be made again.",
    // Two days: calls of a window count into the next one, and a limit that is lowered counts those that passed before.
    schema: { type: "integer", format: "int32", minimum: 1, maximum: 172_800 },
    example: 12,
  },
  "WWW-Authenticate": {
    description:
      "The challenge (RFC 6750, section 3). With `permission_denied` it names the missing permission as `scope`.",
    schema: text(1_000),
    example:
      'Bearer realm="keyward", error="invalid_token", error_description="This API key has been revoked."',
  },
  "Accept-Encoding": {
    description: "`identity`, where the body came with a Content-Encoding (RFC 9110, section 12.5.3).",
    schema: { type: "string", const: "identity" },
  },
  "Idempotency-Replayed": {
    description: "`true` where this is the answer that the first call with this Idempotency-Key got.",
    schema: { type: "string", const: "true" },
  },
  Location: {
    description: "Path of the new record.",
    schema: { type: "string", format: "uri-reference", maxLength: 200 },
    example: "/api/v1/production/customers/cus_01jdcz0v8mfz6t9w3x5y7a1b2c",
  },
  "X-Keyward-Key-Id": {
    description: "Id of the key.",
    schema: { $ref: "#/components/schemas/KeyId" },
  },
  "X-Keyward-Permissions": {
    description: "All that the key may do, separated by commas; `none`: nothing.",
    schema: text(10_000),
    example: "customers:read,customers:write",
  },
  "X-Keyward-Customers": {
    description:
      "Ids of the customers that the key is restricted to, separated by commas; `*`: it is not restricted.",
    schema: text(10_000),
    example: "*",
  },
  "X-Keyward-Code": {
    description:
      "The code of the problem, for proxies that can hand on headers of a refusal and not its body.",
    schema: { $ref: "#/components/schemas/ProblemCode" },
  },
  "X-Keyward-Detail": {
    description:
      "The problem's `detail`, escaped as in a JSON string and in ASCII alone, for a proxy to put between quotes as it is.",
    schema: text(2_000),
    example: "This API key has been revoked.",
  },
  Vary: {
    description:
      "Whoever keeps the answer has to keep it by these headers of the call as well, Accept among them.",
    schema: text(500),
    example: "Accept",
  },
  Deprecation: {
    description:
      "The instant from which the operation counts as deprecated, in seconds since 1970 (RFC 9745): a later version does not have it.",
    required: true,
    schema: { type: "string", pattern: "^@[0-9]{1,12}$", maxLength: 13 },
    example: "@1798761600",
  },
  Sunset: {
    description: "The instant from which the operation may be gone (RFC 8594).",
    required: true,
    schema: { type: "string", minLength: 29, maxLength: 29 },
    example: "Sat, 01 Jan 2028 00:00:00 GMT",
  },
  Link: {
    description:
      "The guide to what deprecation means, as `deprecation`, and the path of what takes the operation's place, as `successor-version` (RFC 8288).",
    required: true,
    schema: text(2_000),
    example:
      '<https://keyward.example.com/docs/versioning>; rel="deprecation"; type="text/html", </api/v1/production/customers>; rel="successor-version"',
  },
  "Content-Disposition": {
    description: "A name for the file.",
    schema: text(200),
    example: 'attachment; filename="customers.import-job_01jdcz4a2b4c6d8e0f2g4h6j8k.csv"',
  },
} satisfies Record<string, Header>;

export type HeaderName = keyof typeof HEADERS;

/** Of every answer. */
export const COMMON_HEADERS: readonly HeaderName[] = [
  "X-Request-Id",
  "Cache-Control",
  "X-Content-Type-Options",
  "Access-Control-Allow-Origin",
  "RateLimit-Policy",
  "RateLimit",
];

/** Of every answer of a deprecated route. */
export function deprecationHeaderNames({ deprecated }: Pick<Route, "deprecated">): readonly HeaderName[] {
  if (!deprecated) return [];
  return ["Deprecation", ...(deprecated.sunset ? (["Sunset"] as const) : []), "Link"];
}

/** The reusable headers. @param isUsed whether an answer refers to the header of a name */
export const headerComponents = (isUsed: (name: string) => boolean): JsonSchema =>
  Object.fromEntries(Object.entries(HEADERS).filter(([name]) => isUsed(name)));

/** References to them, by the names under which answers have them. */
export const headersOf = (names: readonly HeaderName[]): JsonSchema =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
