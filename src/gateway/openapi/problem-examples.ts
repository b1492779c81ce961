import { PROBLEMS, type ProblemCode, problemPath } from "@/contracts/problems";
import type { ProblemExample } from "@/gateway/routes/examples/example";
import type { JsonSchema } from "./component";

/** What the refusals say that any route can give; test/gateway/openapi/examples.test.ts compares what the server answers. */
export const COMMON_PROBLEM_EXAMPLES = [
  { problem: "invalid_request", detail: "Two different API keys were sent; send one." },
  { problem: "malformed_json", detail: "The body is not valid JSON in UTF-8." },
  { problem: "key_missing", detail: "This call needs an API key." },
  { problem: "key_invalid", detail: "This is not an API key of this installation." },
  { problem: "key_revoked", detail: "This API key has been revoked." },
  {
    problem: "key_expired",
    detail: "This API key expired at 2026-11-01T00:00:00.000Z.",
    extensions: { expiredAt: "2026-11-01T00:00:00.000Z" },
  },
  {
    problem: "environment_mismatch",
    detail: "This is a Staging key at the Production endpoint. Use /api/v1/staging, or a Production key.",
    extensions: { keyEnvironment: "staging", endpointEnvironment: "production" },
  },
  { problem: "ip_not_allowed", detail: "This API key may not be used from 198.51.100.7." },
  {
    problem: "origin_not_allowed",
    detail: "This API key may not be used by pages of https://other.example.",
  },
  {
    problem: "unsupported_media_type",
    detail: "The body must be sent as Content-Type: application/json.",
  },
  {
    problem: "rate_limited",
    detail: "This API key has used up its limit. Try again in 12 s.",
    extensions: { retryAfter: 12, violatedPolicies: ["minute"] },
  },
] as const satisfies readonly ProblemExample[];

/** The whole document that an example stands for. */
export function problemDocument(
  { problem, detail, extensions }: ProblemExample,
  baseUrl: string,
  path: string,
): JsonSchema {
  const { status, title } = PROBLEMS[problem];
  return {
    type: baseUrl + problemPath(problem),
    title,
    status,
    detail,
    instance: path,
    code: problem,
    requestId: "req_01jdcz5c7d9e1f3g5h7j9k1m3n",
    ...extensions,
  };
}

export const commonExampleOf = (code: ProblemCode): ProblemExample | undefined =>
  COMMON_PROBLEM_EXAMPLES.find(({ problem }) => problem === code);
