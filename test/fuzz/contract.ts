import { PROBLEM_CODES, PROBLEMS, type ProblemCode, problemPath } from "@/contracts/problems";
import { API_ROOT } from "@/gateway/routes";
import type { WireAnswer, WireRequest } from "./client";
import type { ApiDocument, Operation } from "./document";

/** The most that an answer may be because of what was sent. */
export const MAX_ANSWER_BYTES = 65_536;

/** A call as it was sent, and what is known of it beforehand. */
export interface MadeCall {
  request: WireRequest;
  /** Id of the operation that it is meant for, where nothing was changed that decides on it. */
  operation: string | null;
  /** A secret that is in it, or would be. The answer must not hold it. */
  secret: string;
}

/** Refusals from before any operation has seen the call: of the request as HTTP, whatever it asks for. */
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
  "overlapUntil",
];

/** Headers without which a refusal of that status leaves its caller helpless. */
const HEADERS_OF_STATUS: Record<number, string> = {
  401: "www-authenticate",
  405: "allow",
  429: "retry-after",
  503: "retry-after",
};

/** The promises of the API that an answer breaks, in words; none is right. */
export function brokenPromises(made: MadeCall, answer: WireAnswer, document: ApiDocument): string[] {
  const broken: string[] = [];
  const { request, secret } = made;
  const { status, headers, body } = answer;
  const text = body.toString();
  const demand = (kept: boolean, promise: string) => void (kept || broken.push(promise));

  demand(status < 500, `${status} is a fault of ours: ${text.slice(0, 500)}`);
  demand(!text.includes(secret), "the answer shows a secret that was sent");
  // What is answered with 200 may be as large as what is stored: no caller makes it so by what it sends.
  if (status !== 200) demand(body.length <= MAX_ANSWER_BYTES, `an answer of ${status} has more than 64 KiB`);
  demand(/^req_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(String(headers["x-request-id"])), "no X-Request-Id");
  demand(headers["cache-control"] === "no-store", `Cache-Control is ${headers["cache-control"]}`);
  demand(headers["x-content-type-options"] === "nosniff", "no X-Content-Type-Options");
  const needed = HEADERS_OF_STATUS[status];
  if (needed) demand(headers[needed] !== undefined, `${status} without ${needed}`);

  if (request.method === "HEAD") {
    demand(body.length === 0, "an answer to HEAD has a body");
    return broken;
  }
  const value = isJson(answer) ? JSON.parse(text) : text;
  if (status >= 400) broken.push(...problemFaults(answer, value));
  const operation = made.operation === null ? undefined : document.operations.get(made.operation);
  if (operation && !OF_THE_REQUEST.includes(value.code)) {
    broken.push(...undocumented(answer, value, operation));
  }
  return broken;
}

const isJson = ({ headers }: WireAnswer) =>
  /^application\/([\w.-]+\+)?json/.test(String(headers["content-type"]));

function problemFaults({ status, headers }: WireAnswer, problem: Record<string, unknown>): string[] {
  if (headers["content-type"] !== "application/problem+json") {
    return [`a refusal with ${status} is ${headers["content-type"]}, not application/problem+json`];
  }
  const { type, title, status: told, detail, instance, code, requestId, ...extensions } = problem;
  if (!PROBLEM_CODES.includes(code as ProblemCode)) return [`${code} is in no table`];
  const known: { status: number; title: string } = PROBLEMS[code as ProblemCode];
  const faults: string[] = [];
  const demand = (kept: boolean, promise: string) => void (kept || faults.push(promise));
  demand(known.status === status && told === status, `${code} with ${status} and ${told}`);
  demand(title === known.title, `the title of ${code} is ${title}`);
  const page = new RegExp(`^https?://[^/]+${problemPath(code as ProblemCode)}$`);
  demand(page.test(String(type)), `the type of ${code} is ${type}`);
  demand(/\S/.test(String(detail ?? "")), `${code} has no detail`);
  demand(typeof instance === "string" && instance.startsWith("/"), `the instance of ${code} is ${instance}`);
  // A first answer that is given again is given as it was.
  const isReplayed = headers["idempotency-replayed"] === "true";
  demand(requestId === headers["x-request-id"] || isReplayed, "requestId is not X-Request-Id");
  for (const name of Object.keys(extensions))
    demand(EXTENSIONS.includes(name), `${code} has a member ${name}`);
  return faults;
}

/** What of an answer is not as the description says of the operation: its status, type, body, headers and code. */
function undocumented({ status, headers }: WireAnswer, value: unknown, { id, answers }: Operation): string[] {
  const documented = answers.get(status);
  if (!documented)
    return [`${status} is not in the description of ${id}: ${JSON.stringify(value).slice(0, 200)}`];
  const type = String(headers["content-type"]);
  const bodyFault = documented.bodies.get(type);
  if (!bodyFault) return [`Content-Type of ${status} is ${type} for ${id}`];
  const faults: string[] = [];
  const wrong = bodyFault(value);
  if (wrong !== null) faults.push(`${status} of ${id} is not as described: ${wrong}`);
  for (const [name, { required, fault }] of documented.headers) {
    const sent = headers[name];
    const wrongHeader = sent === undefined ? (required ? "is missing" : null) : fault(sent);
    if (wrongHeader !== null) faults.push(`header ${name} of ${status} of ${id}: ${wrongHeader}`);
  }
  return faults;
}

/**
 * Whether a target is the API's to answer, once its dot segments are resolved (WHATWG URL, section 4.4). A target has no
 * fragment (RFC 9112, section 3.2): a `#` is a character of its path.
 */
export function isOfApi(target: string): boolean {
  const { pathname } = new URL(`http://host.invalid${target.replaceAll("#", "%23")}`);
  return pathname === API_ROOT || pathname.startsWith(`${API_ROOT}/`);
}
