import { passedAuthentication } from "@/contracts/requests";
import {
  gateParamsSchema,
  gateQuerySchema,
  gateSchema,
  VERIFICATION_REFUSALS,
  type Verification,
  verificationSchema,
  verifyKeySchema,
} from "@/contracts/schemas/verification";
import { canonicalAddress } from "@/server/core/addresses";
import { AppError } from "@/server/core/errors";
import type { AuthResult } from "../authenticate/checks";
import type { VerifiedKey } from "../authenticate/verified-key";
import { resetSeconds } from "../http/rate-limit-headers";
import { VERIFICATION_EXAMPLES } from "./examples/verification";
import { type Answer, defineRoute, type ResponseDeclaration } from "./route";

/** Below the base of the environment. */
export const GATE_PATH = "/gate";

/**
 * Why a key that has passed the checks opens no other service all the same. One whose customers are all gone reaches nothing at
 * Keyward, as its rows are hidden from it there; elsewhere an empty list could be read as no restriction at all.
 */
export function refusalElsewhere({ customers }: VerifiedKey): AppError | null {
  if (customers?.length !== 0) return null;
  return new AppError(
    "customer_out_of_scope",
    "The customers that this API key is restricted to are all gone.",
  );
}

/** What the checks said of a key, for a service that asks about it. */
function verificationOf(decision: AuthResult): Verification {
  const { key } = decision;
  const refusal = decision.refusal ?? (key && refusalElsewhere(key));
  // Whoever fails too often learns nothing more: not even that this key, revoked or expired, is one that there is.
  const isHidden = refusal?.code === "rate_limited" && !passedAuthentication(decision.refusedBy);
  const keyId = isHidden ? undefined : key?.id;
  const name = isHidden ? undefined : key?.name;
  const rateLimit = rateLimitOf(decision);
  if (!refusal) {
    if (!key) throw new Error("The checks let a key in that there is not.");
    const { granted, customers } = key;
    return {
      valid: true,
      code: "valid",
      status: 200,
      keyId,
      name,
      permissions: [...granted],
      customers,
      rateLimit,
    };
  }
  const code = VERIFICATION_REFUSALS.find((one) => one === refusal.code);
  // Two credentials, or another environment: neither can be asked about.
  if (!code) throw refusal;
  const status = refusal.status as Verification["status"];
  return { valid: false, code, status, detail: refusal.detail, keyId, name, rateLimit };
}

/** Counters of this process alone say nothing of what is left, so while the limiter is away no policy is told. */
function rateLimitOf({ limits, refusal }: AuthResult): Verification["rateLimit"] {
  const wait = refusal?.extensions.retryAfter;
  const retryAfter = typeof wait === "number" ? wait : 0;
  if (!limits) return retryAfter > 0 ? { retryAfter, policies: [] } : undefined;
  const policies = limits.degraded
    ? []
    : limits.policies.map((policy) => ({
        name: policy.name,
        limit: policy.limit,
        remaining: policy.remaining,
        reset: resetSeconds(limits, policy),
      }));
  return { retryAfter, policies };
}

/** In a header that a client has sent, nobody could tell "nothing" from "not said". */
const NONE = "none";
const EVERY_CUSTOMER = "*";

/**
 * Who calls, for the service behind a proxy. All three headers are always there and never empty: proxies copy those that are, and
 * would hand on what the client itself has sent under the name of one that is not.
 * @throws AppError customer_out_of_scope
 */
function identityOf(key: VerifiedKey): Answer {
  const refusal = refusalElsewhere(key);
  if (refusal) throw refusal;
  const { id, name, granted, customers } = key;
  return {
    status: 200,
    headers: {
      "X-Keyward-Key-Id": id,
      "X-Keyward-Permissions": granted.join(",") || NONE,
      "X-Keyward-Customers": customers === null ? EVERY_CUSTOMER : customers.join(","),
    },
    body: { keyId: id, name, permissions: granted, customers },
  };
}

const IDENTITY: ResponseDeclaration = {
  description: "The key may pass; who calls is in the headers as well",
  schema: gateSchema,
  headers: ["X-Keyward-Key-Id", "X-Keyward-Permissions", "X-Keyward-Customers"],
};

/** Whether a key may pass, for services that are not Keyward: asked by themselves, or by the reverse proxy in front of them. */
export const verificationRoutes = [
  defineRoute(
    {
      id: "keys.verify",
      method: "post",
      path: "/keys/verify",
      summary: "Ask whether a key that a client has shown to you is good",
      description:
        "The answer is 200 also where it is not. It counts against the limits of that key, and as its last use. A key of another environment is answered as an unknown one; one that is restricted to customers which are all gone is refused.",
      permission: "keys:verify",
      replayed: false,
      input: { body: verifyKeySchema },
      responses: { 200: { description: "The verdict, also a negative one", schema: verificationSchema } },
      problems: ["validation_failed"],
      examples: VERIFICATION_EXAMPLES.verify,
    },
    async ({ body: { key, permission = null, ip, origin = null }, check }) => {
      const address = ip ? canonicalAddress(ip) : null;
      const decision = await check({ credential: key.trim(), permission, address, origin });
      return { status: 200, body: verificationOf(decision) };
    },
  ),
  defineRoute(
    {
      id: "gate.check",
      method: "get",
      path: GATE_PATH,
      summary: "Ask whether a client may pass, and who it is",
      description: "For reverse proxies: it reads the client's own credential.",
      permission: null,
      asks: "query",
      input: { query: gateQuerySchema },
      responses: { 200: IDENTITY },
      problems: ["permission_denied", "customer_out_of_scope"],
      examples: VERIFICATION_EXAMPLES.check,
    },
    async ({ key }) => identityOf(key),
  ),
  defineRoute(
    {
      id: "gate.checkPath",
      method: "get",
      path: `${GATE_PATH}/{permission}`,
      summary: "Ask the same, with the permission in the path",
      description:
        "For proxies that put method, path and query of their client's call behind a path, such as Envoy: any method and anything below is taken, and means nothing.",
      permission: null,
      asks: "path",
      input: { params: gateParamsSchema },
      responses: { 200: IDENTITY },
      problems: ["permission_denied", "customer_out_of_scope", "not_found"],
      examples: VERIFICATION_EXAMPLES.checkPath,
    },
    async ({ key }) => identityOf(key),
  ),
];
