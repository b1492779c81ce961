import { PROBLEM_WORDS } from "@/contracts/problem-words";
import { PROBLEMS, type ProblemCode } from "@/contracts/problems";
import type { Example } from "@/gateway/routes/examples/example";
import { type Route, takesIdempotencyKey } from "@/gateway/routes/route";
import type { JsonSchema } from "./component";
import { COMMON_HEADERS, deprecationHeaderNames, type HeaderName, headersOf } from "./headers";
import type { Schemas } from "./json-schema";
import { commonExampleOf, problemDocument } from "./problem-examples";

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

/** Headers that single refusals add. */
const PROBLEM_HEADERS: Record<number, readonly HeaderName[]> = {
  401: ["WWW-Authenticate"],
  403: ["WWW-Authenticate"],
  415: ["Accept-Encoding"],
  429: ["Retry-After"],
  503: ["Retry-After"],
};

/** The codes that a call of the route can be refused with. */
function codesOf(route: Route): ProblemCode[] {
  const codes = new Set<ProblemCode>([
    ...COMMON_PROBLEMS,
    ...(route.permission ? (["permission_denied"] as const) : []),
    ...(route.input.body ? BODY_PROBLEMS : []),
    ...(takesIdempotencyKey(route) ? IDEMPOTENCY_PROBLEMS : []),
    ...route.problems,
  ]);
  return [...codes];
}

/** Refusals of one status, by its codes in the order of the table. */
interface Refusal {
  status: number;
  codes: ProblemCode[];
  /** Whether they tell their code in a header too. */
  ofGate: boolean;
  /** What they say in headers of the route's being deprecated. */
  deprecation: readonly HeaderName[];
}

function refusalsOf(route: Route): Refusal[] {
  const codes = codesOf(route);
  const order = Object.keys(PROBLEMS);
  return [...new Set(codes.map((code): number => PROBLEMS[code].status))].sort().map((status) => ({
    status,
    codes: codes
      .filter((code) => PROBLEMS[code].status === status)
      .sort((one, other) => order.indexOf(one) - order.indexOf(other)),
    ofGate: route.asks !== undefined,
    deprecation: deprecationHeaderNames(route),
  }));
}

const pascalCase = (code: string) =>
  code.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** What the refusals are called that any route can give, where a status has several of them. */
const COMMON_NAMES: Record<number, string> = { 401: "Unauthorized", 403: "Forbidden" };

/** What a refusal is called among the reusable answers: those of one status differ by codes that not every route has. */
function nameOf({ status, codes, ofGate, deprecation }: Refusal): string {
  const own = codes.filter((code) => !COMMON_PROBLEMS.includes(code));
  const all = own.length > 0 ? own : codes;
  const name = own.length > 0 ? undefined : COMMON_NAMES[status];
  const kind = deprecation.length > 0 ? `Deprecated${deprecation.includes("Sunset") ? "AndGoing" : ""}` : "";
  return kind + (ofGate ? "Gate" : "") + (name ?? all.map(pascalCase).join("Or"));
}

/** The reusable answers: the refusals that routes give. @param isUsed whether an operation refers to the answer of a name */
export function responseComponents(
  routes: readonly Route[],
  baseUrl: string,
  isUsed: (name: string) => boolean,
): JsonSchema {
  const refusals = routes.flatMap(refusalsOf).map((refusal) => [nameOf(refusal), refusal] as const);
  return Object.fromEntries(
    [...new Map(refusals)]
      .filter(([name]) => isUsed(name))
      .sort(([, one], [, other]) => one.status - other.status)
      .map(([name, refusal]) => [name, refusalResponse(refusal, baseUrl)]),
  );
}

function refusalResponse({ status, codes, ofGate, deprecation }: Refusal, baseUrl: string): JsonSchema {
  const examples = codes.flatMap((code) => {
    const example = commonExampleOf(code);
    if (!example) return [];
    const value = problemDocument(example, baseUrl, "/api/v1/production/customers");
    return [[code, { summary: PROBLEMS[code].title, value }]];
  });
  const schema = {
    allOf: [
      { $ref: "#/components/schemas/Problem" },
      {
        type: "object",
        required: ["status", "code"],
        properties: {
          status: {
            description: "The status of the answer.",
            type: "integer",
            format: "int32",
            minimum: status,
            maximum: status,
          },
          code: { description: "What went wrong, of what can here.", type: "string", enum: codes },
        },
      },
    ],
  };
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEM_WORDS[code].meaning}`).join("\n\n"),
    headers: headersOf([
      ...COMMON_HEADERS,
      ...(ofGate ? (["X-Keyward-Code", "X-Keyward-Detail"] as const) : []),
      ...(PROBLEM_HEADERS[status] ?? []),
      ...deprecation,
    ]),
    content: {
      "application/problem+json": {
        schema,
        ...(examples.length > 0 ? { examples: Object.fromEntries(examples) } : {}),
      },
    },
  };
}

/** What a call of the route is answered with. */
export function responsesOf(route: Route, schemas: Schemas, baseUrl: string): JsonSchema {
  return Object.fromEntries([
    ...successes(route, schemas),
    ...refusalsOf(route).map((refusal) => [refusal.status, refusalOf(route, refusal, baseUrl)]),
  ]);
}

function successes(route: Route, schemas: Schemas): [string, JsonSchema][] {
  const replayed: readonly HeaderName[] = takesIdempotencyKey(route) ? ["Idempotency-Replayed"] : [];
  const deprecation = deprecationHeaderNames(route);
  return Object.entries(route.responses).map(
    ([status, { description, schema, contentType = "application/json", alternativeType, headers = [] }]) => [
      status,
      {
        description,
        headers: headersOf([...COMMON_HEADERS, ...replayed, ...headers, ...deprecation]),
        content: {
          [contentType]: {
            schema:
              contentType === "application/json"
                ? schemas.of(schema, "output")
                : { type: "string", contentMediaType: contentType },
            examples: examplesOf(route, (example) =>
              "body" in example.answer && String(example.answer.status) === status
                ? example.answer.body
                : undefined,
            ),
          },
          ...(alternativeType
            ? { [alternativeType]: { schema: { type: "string", contentMediaType: alternativeType } } }
            : {}),
        },
      },
    ],
  );
}

/** A reference to the reusable answer, or that answer with examples of the route's own. */
function refusalOf(route: Route, refusal: Refusal, baseUrl: string): JsonSchema {
  const examples = examplesOf(route, ({ answer, params }) =>
    "problem" in answer && PROBLEMS[answer.problem].status === refusal.status
      ? problemDocument(answer, baseUrl, `/api/v1/production${filled(route.path, params)}`)
      : undefined,
  );
  if (Object.keys(examples).length === 0) return { $ref: `#/components/responses/${nameOf(refusal)}` };
  const whole = refusalResponse(refusal, baseUrl);
  const { "application/problem+json": problem } = whole.content as Record<string, JsonSchema>;
  const all = { ...examples, ...(problem?.examples as JsonSchema | undefined) };
  return { ...whole, content: { "application/problem+json": { ...problem, examples: all } } };
}

/** The values of those examples of a route that have one, as the description has examples. */
export function examplesOf(route: Route, shownOf: (example: Example) => unknown): JsonSchema {
  return Object.fromEntries(
    route.examples.flatMap((example) => {
      const value = shownOf(example);
      return value === undefined ? [] : [[example.name, { summary: example.summary, value }]];
    }),
  );
}

/** A path with its parameters in it. */
export function filled(path: string, params: Record<string, string> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
}
