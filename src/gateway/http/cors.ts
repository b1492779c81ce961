import type { WireAnswer } from "../call";
import type { GatewayRequest } from "./request";

const DAY_SECONDS = 86_400;

/**
 * Of every answer: a page of any origin may read it, and what it says beside its body (WHATWG Fetch, section 3.3). No
 * cookie means anything here, so an origin opens nothing; what does is the key, which the page has to have. A key that is
 * bound to origins refuses the pages of others itself, which then may read why.
 */
export const CORS_HEADERS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers":
    "X-Request-Id, RateLimit, RateLimit-Policy, Retry-After, Location, Idempotency-Replayed, WWW-Authenticate, Allow, Accept-Encoding, ETag, Deprecation, Sunset, Link",
} as const;

/** Whether a browser asks if it may send a call, before it sends it and without the key. */
export function isPreflight({ method, headers }: GatewayRequest): boolean {
  return (
    method === "OPTIONS" &&
    headers.origin !== undefined &&
    headers["access-control-request-method"] !== undefined
  );
}

/** Says yes, for a day. It is no call: whether there is such a path, and what the key may do, is answered to the call. */
export function answerPreflight(): WireAnswer {
  return {
    status: 204,
    body: "",
    headers: {
      ...CORS_HEADERS,
      "Access-Control-Allow-Methods": "GET, HEAD, POST, PATCH, DELETE",
      "Access-Control-Allow-Headers":
        "Authorization, X-API-Key, Content-Type, Accept, Idempotency-Key, If-None-Match, traceparent, tracestate",
      "Access-Control-Max-Age": String(DAY_SECONDS),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  };
}
