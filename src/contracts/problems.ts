/** How tRPC names the same refusal; a closed part of tRPC's own list. */
type TrpcCode =
  | "BAD_REQUEST"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_SUPPORTED"
  | "TIMEOUT"
  | "CONFLICT"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "UNPROCESSABLE_CONTENT"
  | "TOO_MANY_REQUESTS"
  | "INTERNAL_SERVER_ERROR"
  | "SERVICE_UNAVAILABLE";

interface ProblemDetails {
  /** HTTP status (RFC 9110, section 15). */
  status: number;
  /** Short, the same for every occurrence (RFC 9457, section 3.1.3). */
  title: string;
  trpc: TrpcCode;
}

/** Every way in which Keyward says no. Status, title and tRPC code derive from this table; its words are in problem-words.ts. */
export const PROBLEMS = {
  invalid_request: {
    status: 400,
    title: "Invalid request",
    trpc: "BAD_REQUEST",
  },
  malformed_json: {
    status: 400,
    title: "Malformed JSON",
    trpc: "BAD_REQUEST",
  },
  key_missing: {
    status: 401,
    title: "API key missing",
    trpc: "UNAUTHORIZED",
  },
  key_invalid: {
    status: 401,
    title: "API key invalid",
    trpc: "UNAUTHORIZED",
  },
  key_revoked: {
    status: 401,
    title: "API key revoked",
    trpc: "UNAUTHORIZED",
  },
  key_expired: {
    status: 401,
    title: "API key expired",
    trpc: "UNAUTHORIZED",
  },
  environment_mismatch: {
    status: 401,
    title: "Wrong environment",
    trpc: "UNAUTHORIZED",
  },
  ip_not_allowed: {
    status: 403,
    title: "Address not allowed",
    trpc: "FORBIDDEN",
  },
  origin_not_allowed: {
    status: 403,
    title: "Origin not allowed",
    trpc: "FORBIDDEN",
  },
  permission_denied: {
    status: 403,
    title: "Permission denied",
    trpc: "FORBIDDEN",
  },
  customer_out_of_scope: {
    status: 403,
    title: "Customer out of scope",
    trpc: "FORBIDDEN",
  },
  cross_origin: {
    status: 403,
    title: "Sent by another site",
    trpc: "FORBIDDEN",
  },
  confirmation_required: {
    status: 403,
    title: "Confirmation required",
    trpc: "FORBIDDEN",
  },
  second_factor_required: {
    status: 403,
    title: "Second factor required",
    trpc: "FORBIDDEN",
  },
  not_found: {
    status: 404,
    title: "Not found",
    trpc: "NOT_FOUND",
  },
  method_not_allowed: {
    status: 405,
    title: "Method not allowed",
    trpc: "METHOD_NOT_SUPPORTED",
  },
  request_timeout: {
    status: 408,
    title: "Request timeout",
    trpc: "TIMEOUT",
  },
  conflict: {
    status: 409,
    title: "Conflict",
    trpc: "CONFLICT",
  },
  idempotency_in_flight: {
    status: 409,
    title: "Request still running",
    trpc: "CONFLICT",
  },
  activation_limit_reached: {
    status: 409,
    title: "Activation limit reached",
    trpc: "CONFLICT",
  },
  invalid_state: {
    status: 409,
    title: "Not possible in this state",
    trpc: "CONFLICT",
  },
  payload_too_large: {
    status: 413,
    title: "Payload too large",
    trpc: "PAYLOAD_TOO_LARGE",
  },
  unsupported_media_type: {
    status: 415,
    title: "Unsupported media type",
    trpc: "UNSUPPORTED_MEDIA_TYPE",
  },
  expectation_failed: {
    status: 417,
    title: "Expectation failed",
    trpc: "BAD_REQUEST",
  },
  headers_too_large: {
    status: 431,
    title: "Headers too large",
    trpc: "BAD_REQUEST",
  },
  validation_failed: {
    status: 422,
    title: "Validation failed",
    trpc: "UNPROCESSABLE_CONTENT",
  },
  idempotency_mismatch: {
    status: 422,
    title: "Idempotency key used for another request",
    trpc: "UNPROCESSABLE_CONTENT",
  },
  rate_limited: {
    status: 429,
    title: "Rate limit exceeded",
    trpc: "TOO_MANY_REQUESTS",
  },
  too_many_jobs: {
    status: 429,
    title: "Too many jobs",
    trpc: "TOO_MANY_REQUESTS",
  },
  internal: {
    status: 500,
    title: "Internal error",
    trpc: "INTERNAL_SERVER_ERROR",
  },
  unavailable: {
    status: 503,
    title: "Temporarily unavailable",
    trpc: "SERVICE_UNAVAILABLE",
  },
} as const satisfies Record<string, ProblemDetails>;

export type ProblemCode = keyof typeof PROBLEMS;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];

/** One wrong field: where it is (`customer.email`, `events.3.type`), what is wrong, and a stable word for it. */
export interface FieldError {
  path: string;
  message: string;
  code: string;
}

/** Path, below the deployment's own URL, of the page that a problem's `type` points to. */
export function problemPath(code: ProblemCode): string {
  return `/problems/${code.replaceAll("_", "-")}`;
}
