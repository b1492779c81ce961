import type { ProblemCode } from "./problems";

interface ProblemWords {
  /** What happened. */
  meaning: string;
  /** What the caller can do about it. */
  cure: string;
}

/** What is said of each problem on the page that its `type` points to, apart from what the console needs of them. */
export const PROBLEM_WORDS: Record<ProblemCode, ProblemWords> = {
  invalid_request: {
    meaning:
      "The request contradicts itself, for example by carrying two different keys or two Host headers, or it is not HTTP.",
    cure: "Send one credential, either in Authorization or in X-API-Key, and let a well-kept HTTP client write the rest.",
  },
  malformed_json: {
    meaning: "The body is not JSON, not UTF-8, or nested deeper than 32 levels.",
    cure: "Check quoting and escapes; send the body as UTF-8.",
  },
  key_missing: {
    meaning:
      "The request carries no API key. A key in the query string or in the body is never read as a credential.",
    cure: "Send the header Authorization: Bearer <key>, or X-API-Key: <key>.",
  },
  key_invalid: {
    meaning:
      "The text sent as a key is not a key of this installation: mistyped, cut off, replaced by a regenerate, or deleted.",
    cure: "Compare the key with the one that was stored when it was created. If it is lost, ask an administrator to regenerate it.",
  },
  key_revoked: {
    meaning: "An administrator has switched this key off.",
    cure: "Ask an administrator. A revoked key can be reactivated, and then the same secret works again.",
  },
  key_expired: {
    meaning: "The key had an expiry date, which has passed. The member expiredAt names it.",
    cure: "Ask an administrator to set a later expiry date or to create a new key.",
  },
  environment_mismatch: {
    meaning:
      "The key belongs to another environment than the endpoint. The members keyEnvironment and endpointEnvironment name the two.",
    cure: "Call the endpoint of the key's environment, or use a key of this one.",
  },
  ip_not_allowed: {
    meaning: "The key may only be used from certain addresses, and this call came from another one.",
    cure: "Call from an allowed address, or ask an administrator to add yours to the key.",
  },
  origin_not_allowed: {
    meaning:
      "The key may only be used by pages of certain web origins, and the header Origin of this call names another one, or is `null`.",
    cure: "Call from a page of an allowed origin, or ask an administrator to add yours to the key. A call that no page of a browser makes carries no Origin.",
  },
  permission_denied: {
    meaning: "The caller is known but may not do this. The member missingPermissions names what is missing.",
    cure: "Ask an administrator to grant the missing permission; where the caller has it, detail says what of it is missing.",
  },
  customer_out_of_scope: {
    meaning:
      "The key is restricted to certain customers, and this is about others or about the whole environment; or, at the gate, they are all gone.",
    cure: "Use a key without a customer scope, or one whose scope includes the customer.",
  },
  cross_origin: {
    meaning:
      "The console takes changes, and gives files, only where the browser says that one of its own pages asked. The public API never answers this.",
    cure: "Open the console at its own address. Programs call the public API, with a key.",
  },
  confirmation_required: {
    meaning:
      "The console asks for a fresh factor before this: a sign-in, or a confirmation, within the last ten minutes. The member ways names by what. The public API never answers this.",
    cure: "Confirm that it is you, by passkey, password or code, and try again.",
  },
  second_factor_required: {
    meaning:
      "Everybody who uses this console has to have a second factor, and whoever asks has none yet. The public API never answers this.",
    cure: "Set one up: the console leads to it.",
  },
  not_found: {
    meaning:
      "There is no such path, as the detail says then; or no such record, or one that is not within the caller's reach, for which the answer is the same.",
    cure: "Check the path and the id. The paths are listed in the reference. An id of another environment does not exist here.",
  },
  method_not_allowed: {
    meaning: "The path exists, but not with this method. The header Allow lists those it has.",
    cure: "Use one of the methods of the header Allow.",
  },
  request_timeout: {
    meaning:
      "The headers or the body took too long to arrive: 10 seconds for the headers, a minute for the body.",
    cure: "Send the request again, over a connection that is fast enough, or split it into smaller ones.",
  },
  conflict: {
    meaning:
      "Something with this identity is already there, the record has changed meanwhile, or there are as many as there may be.",
    cure: "Get the present record and decide again, or remove what is not needed any more.",
  },
  idempotency_in_flight: {
    meaning: "A request with the same Idempotency-Key is still being worked on.",
    cure: "Wait a moment and send the same request again.",
  },
  activation_limit_reached: {
    meaning: "The licence is active on as many devices as it allows.",
    cure: "Deactivate one, or raise the limit of the licence.",
  },
  invalid_state: {
    meaning: "The record is in a state from which this step is not possible.",
    cure: "Get the record, look at its status, and take a step that leads on from there.",
  },
  payload_too_large: {
    meaning:
      "The body is larger than this path takes: 1 MiB, and 4 MiB for a call that starts a job; or it has more than 250,000 values.",
    cure: "Split the work into several calls.",
  },
  unsupported_media_type: {
    meaning: "The body is not announced as JSON, or is compressed.",
    cure: "Send the header Content-Type: application/json, and the body without Content-Encoding.",
  },
  expectation_failed: {
    meaning:
      "The header Expect asks for something other than 100-continue, and there is nothing else to expect.",
    cure: "Send the request without the header Expect.",
  },
  headers_too_large: {
    meaning: "The request has more than 100 headers, or they are larger than 16 KiB in all.",
    cure: "Send fewer and smaller headers. A key is at most 54 characters long.",
  },
  validation_failed: {
    meaning:
      "A field, a query parameter or the cursor is wrong. The member errors lists each with its path, up to the first 50.",
    cure: "Correct the fields listed. Unknown fields are refused, so that a typing error is not silently ignored.",
  },
  idempotency_mismatch: {
    meaning:
      "This Idempotency-Key was used within the last 24 hours for a request with another body or path, or when the API key could do more than now.",
    cure: "Use a new Idempotency-Key for a new request, and the old one only to repeat the same request.",
  },
  rate_limited: {
    meaning:
      "Too many calls within a window, where the members violatedPolicies and retryAfter say which window and for how long; or, without violatedPolicies, too many at the same time.",
    cure: "Wait for the number of seconds in the header Retry-After, or make fewer calls at once. The header RateLimit tells what is left of the windows.",
  },
  too_many_jobs: {
    meaning: "Ten jobs of this API key wait or run already.",
    cure: "Wait until one has ended (GET /jobs), or cancel one; then start this one again.",
  },
  internal: {
    meaning: "Keyward failed. The request id leads the operator to the details in the server's log.",
    cure: "Try again; if it persists, give the request id to the operator.",
  },
  unavailable: {
    meaning:
      "The database cannot answer at the moment: it is away, busy, read-only, or something in it is locked.",
    cure: "Try again after the number of seconds in the header Retry-After; a POST with the same Idempotency-Key, so that it is done once.",
  },
};
