import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from "@asteasolutions/zod-to-openapi";
import * as z from "zod";
import { ENVIRONMENT_DETAILS, ENVIRONMENTS } from "@/contracts/environments";
import { PERMISSION_DETAILS } from "@/contracts/permissions";
import { PROBLEMS, type ProblemCode } from "@/contracts/problems";
import type { Runtime } from "@/server/runtime/runtime";
import { type Route, takesIdempotencyKey } from "./route";

/** Refusals that any route with a key can give. */
const COMMON_PROBLEMS: readonly ProblemCode[] = [
  // A query parameter that the route does not have.
  "validation_failed",
  "invalid_request",
  "key_missing",
  "key_invalid",
  "key_revoked",
  "key_expired",
  "environment_mismatch",
  "ip_not_allowed",
  "origin_not_allowed",
  "rate_limited",
  "internal",
  "unavailable",
];

const BODY_PROBLEMS: readonly ProblemCode[] = [
  "malformed_json",
  "payload_too_large",
  "request_timeout",
  "unsupported_media_type",
];
const IDEMPOTENCY_PROBLEMS: readonly ProblemCode[] = ["idempotency_in_flight", "idempotency_mismatch"];

const problemSchema = z
  .object({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string(), code: z.string() })).optional(),
    missingPermissions: z.array(z.string()).optional(),
    violatedPolicies: z.array(z.string()).optional(),
    retryAfter: z.int().optional(),
    expiredAt: z.iso.datetime().optional(),
    keyEnvironment: z.enum(ENVIRONMENTS).optional(),
    endpointEnvironment: z.enum(ENVIRONMENTS).optional(),
  })
  .meta({ id: "Problem" });

// A type, not an interface: only that fits the index signature for x-* members in OpenAPI's type of a header.
type HeaderText = { description: string; schema: { type: "string" } };

const headerText = (description: string): HeaderText => ({ description, schema: { type: "string" } });

const COMMON_HEADERS: Record<string, HeaderText> = {
  "X-Request-Id": headerText("Id of this request, to be named when asking the operator"),
  "RateLimit-Policy": headerText(
    "The key's limits (draft-ietf-httpapi-ratelimit-headers-10); once a key was recognised",
  ),
  RateLimit: headerText("What is left of them and when they reset; absent while the limiter is away"),
};

/** For proxies that can hand on headers of a refusal, and not its body. */
const CODE_HEADER = { "X-Keyward-Code": headerText("The code of the problem") };

/** Headers that single refusals add. */
const PROBLEM_HEADERS: Record<number, Record<string, HeaderText>> = {
  401: { "WWW-Authenticate": headerText("Challenge of RFC 6750") },
  403: {
    "WWW-Authenticate": headerText("Challenge of RFC 6750 with the missing scope, for permission_denied"),
  },
  415: {
    "Accept-Encoding": headerText(
      "`identity`, where the body came with a Content-Encoding (RFC 9110, 12.5.3)",
    ),
  },
  405: { Allow: headerText("Methods the path has") },
  429: { "Retry-After": headerText("Seconds to wait") },
  503: { "Retry-After": headerText("Seconds to wait") },
};

/** The whole public API as OpenAPI 3.1, derived from the declarations of the routes. */
export function openApiDocument(routes: readonly Route[], runtime: Runtime): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "Authorization: Bearer <key>",
  });
  registry.registerComponent("securitySchemes", "apiKey", {
    type: "apiKey",
    in: "header",
    name: "X-API-Key",
  });
  for (const route of routes) {
    registry.registerPath({
      operationId: route.id,
      method: route.method,
      path: route.path,
      summary: route.summary,
      description: permissionText(route),
      tags: [route.id.split(".")[0] ?? route.id],
      security: [{ bearer: [] }, { apiKey: [] }],
      request: requestOf(route),
      responses: { ...successes(route), ...refusals(route) },
    });
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Keyward public API",
      version: "1",
      description: "Each environment has its own endpoint and its own keys.",
    },
    servers: ENVIRONMENTS.map((environment) => ({
      url: `${runtime.baseUrl}/api/v1/${environment}`,
      description: ENVIRONMENT_DETAILS[environment].label,
    })),
  });
}

function permissionText({ permission, asks }: Route): string {
  if (asks) return "Any good key may call this; what it must hold besides is asked for by the call.";
  if (!permission) return "Any good key may call this.";
  return `Needs the permission \`${permission}\` (${PERMISSION_DETAILS[permission].label}), or one that includes it.`;
}

const REPLAYED =
  "1 to 255 visible ASCII characters, such as a UUID. Makes the call safe to repeat for 24 hours: the same key with the same body gets the first answer again, a refusal of the work included, and nothing is done twice; another body is `idempotency_mismatch`, and so is a first answer that this API key could not be given any more";

const NOT_REPLAYED =
  "Taken, and without effect: nothing is changed, and a repeat is answered by what is true when it comes";

function requestOf(route: Route) {
  const { params, query, body } = route.input;
  const idempotencyKey = z
    .string()
    .max(255)
    .optional()
    .describe(takesIdempotencyKey(route) ? REPLAYED : NOT_REPLAYED);
  return {
    ...(params ? { params } : {}),
    ...(query ? { query } : {}),
    ...(body
      ? { body: { required: !route.bodyOptional, content: { "application/json": { schema: body } } } }
      : {}),
    ...(route.method === "post" ? { headers: z.object({ "Idempotency-Key": idempotencyKey }) } : {}),
  };
}

type Responses = RouteConfig["responses"];

function successes(route: Route): Responses {
  const replayed: Record<string, HeaderText> = takesIdempotencyKey(route)
    ? { "Idempotency-Replayed": headerText("true when this is a stored first answer") }
    : {};
  return Object.fromEntries(
    Object.entries(route.responses).map(
      ([status, { description, schema, contentType = "application/json", headers = {} }]) => {
        const own = Object.fromEntries(
          Object.entries(headers).map(([name, text]) => [name, headerText(text)]),
        );
        return [
          status,
          {
            description,
            content: { [contentType]: { schema } },
            headers: { ...COMMON_HEADERS, ...replayed, ...own },
          },
        ];
      },
    ),
  );
}

/** Refusals grouped by status, as OpenAPI wants them; the description lists the codes. */
function refusals(route: Route): Responses {
  const codes = new Set<ProblemCode>([
    ...COMMON_PROBLEMS,
    ...(route.permission ? (["permission_denied"] as const) : []),
    ...(route.input.body ? BODY_PROBLEMS : []),
    ...(takesIdempotencyKey(route) ? IDEMPOTENCY_PROBLEMS : []),
    ...route.problems,
  ]);
  const statuses = [...new Set([...codes].map((code) => PROBLEMS[code].status))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = [...codes].filter((code) => PROBLEMS[code].status === status);
      return [
        status,
        {
          description: ofStatus.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join("; "),
          content: { "application/problem+json": { schema: problemSchema } },
          headers: { ...COMMON_HEADERS, ...(route.asks ? CODE_HEADER : {}), ...PROBLEM_HEADERS[status] },
        },
      ];
    }),
  );
}
