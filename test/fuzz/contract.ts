import { z } from "zod";
import { PROBLEM_CODES, PROBLEMS, type ProblemCode, problemPath } from "@/contracts/problems";
import { API_ROOT } from "@/gateway/routes";
import type { Route } from "@/gateway/routes/route";
import type { MadeCall } from "./calls";
import type { WireAnswer } from "./client";

/** The most that an answer may be because of what was sent. */
export const MAX_ANSWER_BYTES = 65_536;

/** What the description of the API says of each operation: the codes that a refusal may have, by its id. */
export type Documented = ReadonlyMap<string, ReadonlySet<ProblemCode>>;

const responseSchema = z.object({ content: z.record(z.string(), z.unknown()) });

const descriptionSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        responses: z.record(z.string(), z.union([z.strictObject({ $ref: z.string() }), responseSchema])),
      }),
    ),
  ),
  components: z.object({ responses: z.record(z.string(), responseSchema) }),
});

/** A refusal narrows the code of a problem to those that it can have. */
const refusalSchema = z.object({
  schema: z.object({
    allOf: z.tuple([
      z.unknown(),
      z.object({ properties: z.object({ code: z.object({ enum: z.array(z.enum(PROBLEM_CODES)) }) }) }),
    ]),
  }),
});

/** Reads `/api/v1/openapi.json`, as an integrator has it. */
export function readDescription(json: unknown): Documented {
  const { paths, components } = descriptionSchema.parse(json);
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  return new Map(
    operations.map(({ operationId, responses }) => {
      const codes = Object.values(responses).flatMap((response) => {
        const { content } =
          "$ref" in response
            ? responseSchema.parse(components.responses[response.$ref.split("/").at(-1) ?? ""])
            : response;
        const { "application/problem+json": problem } = content;
        return problem ? refusalSchema.parse(problem).schema.allOf[1].properties.code.enum : [];
      });
      return [operationId, new Set(codes)];
    }),
  );
}

/** Refusals from before any route has seen the call: of the request as HTTP, whatever it asks for. */
const OF_THE_REQUEST: readonly ProblemCode[] = ["headers_too_large", "expectation_failed"];

/** Members of a problem beyond those of RFC 9457 and ours, as the contract names them. */
const EXTENSIONS = [
  "errors",
  "missingPermissions",
  "violatedPolicies",
  "retryAfter",
  "expiredAt",
  "keyEnvironment",
  "endpointEnvironment",
];

/** Headers without which a refusal of that status leaves its caller helpless. */
const HEADERS_OF_STATUS: Record<number, string> = {
  401: "www-authenticate",
  405: "allow",
  429: "retry-after",
  503: "retry-after",
};

/** Answers that are as large as what is stored, or as the API itself: no caller makes them so by what it sends. */
const isListing = ({ id }: Route) =>
  id.endsWith(".list") || id === "jobs.result" || id === "licenses.activations";

/** The promises of the API that an answer breaks, in words; none is right. */
export function brokenPromises(made: MadeCall, answer: WireAnswer, documented: Documented): string[] {
  const broken: string[] = [];
  const { request, route, secret } = made;
  const { status, headers, body } = answer;
  const text = body.toString();
  const demand = (kept: boolean, promise: string) => void (kept || broken.push(promise));

  demand(status < 500, `${status} is a fault of ours: ${text.slice(0, 500)}`);
  demand(!text.includes(secret), "the answer shows a secret that was sent");
  if (!(route && isListing(route)) && status !== 200) {
    demand(body.length <= MAX_ANSWER_BYTES, `an answer of ${status} has more than 64 KiB`);
  }
  demand(/^req_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(String(headers["x-request-id"])), "no X-Request-Id");
  demand(headers["cache-control"] === "no-store", `Cache-Control is ${headers["cache-control"]}`);
  demand(headers["x-content-type-options"] === "nosniff", "no X-Content-Type-Options");
  const needed = HEADERS_OF_STATUS[status];
  if (needed) demand(headers[needed] !== undefined, `${status} without ${needed}`);

  if (request.method === "HEAD") demand(body.length === 0, "an answer to HEAD has a body");
  else if (status >= 400)
    broken.push(...problemFaults(answer, text, route ? documented.get(route.id) : undefined));
  else if (route) broken.push(...successFaults(answer, text, route));
  return broken;
}

function problemFaults(
  { status, headers }: WireAnswer,
  text: string,
  codes?: ReadonlySet<ProblemCode>,
): string[] {
  if (headers["content-type"] !== "application/problem+json") {
    return [`a refusal with ${status} is ${headers["content-type"]}, not application/problem+json`];
  }
  const { type, title, status: told, detail, instance, code, requestId, ...extensions } = JSON.parse(text);
  if (!PROBLEM_CODES.includes(code)) return [`${code} is in no table`];
  const known: { status: number; title: string } = PROBLEMS[code as ProblemCode];
  const faults: string[] = [];
  const demand = (kept: boolean, promise: string) => void (kept || faults.push(promise));
  demand(known.status === status && told === status, `${code} with ${status} and ${told}`);
  demand(title === known.title, `the title of ${code} is ${title}`);
  demand(new RegExp(`^https?://[^/]+${problemPath(code)}$`).test(type), `the type of ${code} is ${type}`);
  demand(/\S/.test(detail), `${code} has no detail`);
  demand(typeof instance === "string" && instance.startsWith("/"), `the instance of ${code} is ${instance}`);
  demand(requestId === headers["x-request-id"], "requestId is not X-Request-Id");
  for (const name of Object.keys(extensions))
    demand(EXTENSIONS.includes(name), `${code} has a member ${name}`);
  const isKnown = !codes || codes.has(code) || OF_THE_REQUEST.includes(code);
  demand(isKnown, `${code} is not in the description of the route`);
  return faults;
}

function successFaults({ status, headers }: WireAnswer, text: string, route: Route): string[] {
  const declared = route.responses[status as 200];
  if (!declared) return [`${status} is not in the description of the route`];
  const { contentType = "application/json", schema } = declared;
  if (headers["content-type"] !== contentType) return [`Content-Type is ${headers["content-type"]}`];
  const value = contentType === "application/json" ? JSON.parse(text) : text;
  const fit = schema.safeParse(value);
  return fit.success ? [] : [`the answer is not as described: ${z.prettifyError(fit.error).slice(0, 300)}`];
}

/**
 * Whether a target is the API's to answer, once its dot segments are resolved (WHATWG URL, section 4.4). A target has no
 * fragment (RFC 9112, section 3.2): a `#` is a character of its path.
 */
export function isOfApi(target: string): boolean {
  const { pathname } = new URL(`http://host.invalid${target.replaceAll("#", "%23")}`);
  return pathname === API_ROOT || pathname.startsWith(`${API_ROOT}/`);
}
