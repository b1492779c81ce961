import { authorize } from "@/server/core/authorize";
import { AppError, isAppError } from "@/server/core/errors";
import { isWellFormedKey, redactKeys } from "@/server/core/key-format";
import type { KeyPrincipal } from "@/server/core/principal";
import { contextFor } from "@/server/platform";
import {
  authFailurePolicies,
  authFailureSubject,
  keyPolicies,
  keySubject,
  type LimitDecision,
} from "@/server/rate-limit";
import type { ServiceContext } from "@/server/services/context";
import { type DoorKey, findDoorKey, refuseAddress, refuseKey } from "@/server/services/keys";
import type { Call } from "./call";
import { readCredential } from "./credential";
import type { Route } from "./route";

/** One text for the three ways in which a key can be unknown: a difference would help whoever is guessing. */
const UNKNOWN_KEY = "This is not an API key of this installation.";

/** A call that passed the door. */
export interface Admitted {
  ctx: ServiceContext & { principal: KeyPrincipal };
  key: DoorKey;
}

/**
 * The door: who calls, and may they. The order is the contract's: credential, shape and checksum, known, revoked,
 * expired, environment, address, rate limit, permission.
 * @throws AppError the first refusal in that order
 */
export async function admit(call: Call, route: Route): Promise<Admitted> {
  const key = await authenticate(call);
  // Kept as "last used": a client that sends its key there, by a mix-up of arguments, must not find it stored.
  const userAgent = redactKeys(call.request.headers.get("user-agent") ?? "") || null;
  noteUse(call, key, route, userAgent);
  const refusal = refuseAddress(key, call.address);
  if (refusal) throw refusal;
  await countCall(call, key);
  const { id, name, environment, permissions, customers } = key;
  const principal: KeyPrincipal = { kind: "key", id, name, environment, permissions, customers };
  const ctx = contextFor(call.platform, principal, {
    requestId: call.requestId,
    ip: call.address,
    userAgent,
  });
  if (route.permission) authorize(ctx, route.permission);
  return { ctx, key };
}

/** The key behind the credential. Each 401 counts against the address it came from. */
async function authenticate(call: Call): Promise<DoorKey> {
  try {
    const credential = readCredential(call.request.headers);
    if (credential === null) throw new AppError("key_missing", "This call needs an API key.");
    if (!isWellFormedKey(credential)) throw new AppError("key_invalid", UNKNOWN_KEY);
    const key = await findDoorKey(call.platform, credential);
    if (!key) throw new AppError("key_invalid", UNKNOWN_KEY);
    const refusal = refuseKey(key, { environment: call.environment, now: call.startedAt });
    if (refusal) throw refusal;
    return key;
  } catch (error) {
    if (isAppError(error) && error.status === 401) await countFailure(call);
    throw error;
  }
}

/**
 * Slows guessing down: above the limit a failing call learns nothing more than that it fails too often. Good keys from
 * the same address never come here.
 * @throws AppError rate_limited in place of the 401
 */
async function countFailure({ platform, address }: Call): Promise<void> {
  const policies = authFailurePolicies(platform.env.AUTH_FAILURES_PER_MINUTE);
  if (policies.length === 0) return;
  const decision = await platform.limiter.consume(authFailureSubject(address), policies);
  if (!decision.allowed) throw tooManyCalls(decision, "Too many failed authentications from this address.");
}

/** Counts the call against the key's own windows. Refused calls after this point count: they cost the same to serve. */
async function countCall(call: Call, key: DoorKey): Promise<void> {
  call.limits = await call.platform.limiter.consume(keySubject(key.id), keyPolicies(key.rateLimits));
  if (!call.limits.allowed) throw tooManyCalls(call.limits, "This API key has used up its limit.");
}

function tooManyCalls(decision: LimitDecision, reason: string): AppError {
  const retryAfter = Math.ceil(decision.retryAfterMs / 1_000);
  const violatedPolicies = decision.policies.filter((policy) => !policy.allowed).map((policy) => policy.name);
  return new AppError("rate_limited", `${reason} Try again in ${retryAfter} s.`, {
    retryAfter,
    violatedPolicies,
  });
}

/** Last used: every call that authenticated, also one that is refused further on. */
function noteUse(call: Call, key: DoorKey, route: Route, agent: string | null): void {
  call.platform.lastUse.record(key.id, {
    at: call.startedAt,
    ip: call.address,
    agent,
    route: `${route.method.toUpperCase()} ${route.path}`,
  });
}
