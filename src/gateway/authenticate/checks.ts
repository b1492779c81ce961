import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { keyStatus } from "@/contracts/keys";
import { canonicalOrigin } from "@/contracts/origins";
import { CHECKS, type Check } from "@/contracts/requests";
import { missingPermission } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { isWellFormedKey } from "@/server/core/key-format";
import { addressNotAllowed, keyExpired, keyRevoked, keyUnknown } from "@/server/core/key-refusals";
import type { KeyPrincipal } from "@/server/core/principal";
import {
  authFailurePolicies,
  authFailureSubject,
  keySubject,
  type LimitDecision,
  type Limiter,
  retryAfterSeconds,
} from "@/server/rate-limit";
import type { ServiceContext } from "@/server/services/context";
import { isDefined } from "./defined-permissions";
import { findKey, type LookUpOptions } from "./look-up";
import type { VerifiedKey } from "./verified-key";

/** A call before anything is known of who makes it. */
export interface AuthRequest {
  /** The different credentials that its headers carry. */
  credentials: readonly string[];
  /** Without any: whether a key stands in Authorization all the same, in a way in which it is none. */
  isKeyMisplaced?: boolean;
  /** Of the endpoint. */
  environment: Environment;
  /** Client's; null when unknown. */
  address: string | null;
  /** Of the page that calls, as the header Origin names it (RFC 6454, section 7); null: there is none. */
  origin: string | null;
  /** What the key must hold, by its name, of which there need be none; null where any good key will do. */
  permission: string | null;
}

/** How the gateway finds out what it does not know. Explain has the same checks ask elsewhere. */
export interface AuthDependencies {
  isWellFormed(credential: string): boolean;
  findKey(credential: string): Promise<VerifiedKey | null>;
  /** The limiter's `consume`, or its `peek` where nothing may be counted. */
  countLimit: Limiter["consume"];
  /** Whether there is a permission of this name. Asked where a key lacks it, for what is said then. */
  isDefined(permission: string): Promise<boolean>;
  /** Failed authentications per client address; 0: no such limit. */
  authFailuresPerMinute: number;
}

/** What the checks decided, and all that they found on the way. */
export interface AuthResult {
  /** The first check that failed; null when the call passed them all. */
  refusedBy: Check | null;
  /** What the caller is told; null when the call passed. */
  refusal: AppError | null;
  /** Also that of a call which was refused; null while the credential is no known key. */
  key: VerifiedKey | null;
  /** The key's windows; null when the limiter was not asked. */
  limits: LimitDecision | null;
}

type Outcome = AppError | null;
type CheckStep = (
  request: AuthRequest,
  result: AuthResult,
  dependencies: AuthDependencies,
) => Outcome | Promise<Outcome>;

const NO_KEY = "This call needs an API key.";
const MISPLACED =
  "The header Authorization holds an API key, but not as a credential: send it as a Bearer token, Authorization: Bearer <key>.";

/** What each check does. Their order is that of CHECKS, and nowhere else. */
const STEPS: Record<Check, CheckStep> = {
  credential({ credentials, isKeyMisplaced = false }) {
    if (credentials.length === 0) return new AppError("key_missing", isKeyMisplaced ? MISPLACED : NO_KEY);
    if (credentials.length === 1) return null;
    // Guessing which one was meant could use the wrong one.
    return new AppError("invalid_request", "Two different API keys were sent; send one.");
  },
  shape(request, _, { isWellFormed }) {
    return isWellFormed(credentialOf(request)) ? null : keyUnknown();
  },
  async known(request, result, { findKey }) {
    result.key = await findKey(credentialOf(request));
    return result.key ? null : keyUnknown();
  },
  revoked(_, result) {
    const key = keyOf(result);
    return keyStatus(key, key.readAt) === "inactive" ? keyRevoked() : null;
  },
  expired(_, result) {
    const key = keyOf(result);
    return keyStatus(key, key.readAt) === "expired" ? keyExpired(key.expiresAt) : null;
  },
  environment({ environment: asked }, result) {
    const { environment: own } = keyOf(result);
    return own === asked ? null : environmentMismatch(own, asked);
  },
  address({ address }, result) {
    return keyOf(result).admits(address) ? null : addressNotAllowed(address);
  },
  origin({ origin }, result) {
    if (origin === null || keyOf(result).admitsOrigin(origin)) return null;
    // Named only where it is one: the header is the caller's own text, and this goes into the log.
    const named = canonicalOrigin(origin) === origin ? origin : "an unknown origin";
    return new AppError("origin_not_allowed", `This API key may not be used by pages of ${named}.`);
  },
  // Calls refused after this point count: they cost the same to serve.
  async limit(_, result, { countLimit }) {
    const key = keyOf(result);
    result.limits = await countLimit(keySubject(key.id), key.policies);
    return result.limits.allowed ? null : rateLimited(result.limits, "This API key has used up its limit.");
  },
  permission({ permission }, result, { isDefined }) {
    if (permission === null || keyOf(result).granted.includes(permission)) return null;
    return isDefined(permission).then((is) => missingPermission(permission, { isDefined: is }));
  },
};

/**
 * Who calls, and may they. Runs the checks in their order up to the first that fails. The gateway and
 * "Explain" both run this, so that an explanation cannot differ from what happens.
 * @throws AppError unavailable when Postgres is away
 */
export async function authenticate(
  request: AuthRequest,
  dependencies: AuthDependencies,
): Promise<AuthResult> {
  const result = nothingYet();
  for (const check of CHECKS) {
    const answer = STEPS[check](request, result, dependencies);
    // Most checks have their answer at once; each await would cost every call a turn of the loop.
    const refusal = answer instanceof Promise ? await answer : answer;
    if (!refusal) continue;
    result.refusedBy = check;
    result.refusal = refusal.status === 401 ? await limitFailures(request, dependencies, refusal) : refusal;
    return result;
  }
  return result;
}

/**
 * Asks again of a call that was let in and is not over, such as a long download: is its key still good for it? By the same
 * checks on what the key is now, except for the limit, since it is still one call.
 * @param request the call as it was
 * @throws AppError the refusal that a new call would get, and unavailable when Postgres is away
 */
export async function reauthenticate(
  request: AuthRequest,
  ctx: Pick<ServiceContext, "databases" | "keyMaterial" | "limiter">,
): Promise<VerifiedKey> {
  const dependencies = authDependencies(ctx, 0);
  const result = nothingYet();
  for (const check of CHECKS) {
    const refusal = check === "limit" ? null : await STEPS[check](request, result, dependencies);
    if (refusal) throw refusal;
  }
  return keyOf(result);
}

/** How the checks find out what they need, for the gateway: by the secret, and counting. */
export function authDependencies(
  ctx: Pick<ServiceContext, "databases" | "keyMaterial" | "limiter">,
  authFailuresPerMinute: number,
  options: LookUpOptions = {},
): AuthDependencies {
  return {
    isWellFormed: isWellFormedKey,
    findKey: (credential) => findKey(ctx, credential, options),
    countLimit: (subject, policies) => ctx.limiter.consume(subject, policies),
    isDefined: (permission) => isDefined(ctx, permission),
    authFailuresPerMinute,
  };
}

/** Who acts once a key was let in. */
export function keyPrincipal({ id, name, environment, permissions, customers }: VerifiedKey): KeyPrincipal {
  return { kind: "key", id, name, environment, permissions, customers };
}

/** The decision before the first check. */
const nothingYet = (): AuthResult => ({ refusedBy: null, refusal: null, key: null, limits: null });

/** There is one and only one, once the first check has passed. */
function credentialOf({ credentials: [credential = ""] }: AuthRequest): string {
  return credential;
}

function keyOf({ key }: AuthResult): VerifiedKey {
  if (!key) throw new Error("A check came before the one that finds the key.");
  return key;
}

/**
 * Each 401 counts against the address it came from, and above the limit the caller learns nothing more than that it
 * fails too often: that slows guessing down. Good keys from the same address never come here.
 */
async function limitFailures(
  { address }: AuthRequest,
  dependencies: AuthDependencies,
  refusal: AppError,
): Promise<AppError> {
  const policies = authFailurePolicies(dependencies.authFailuresPerMinute);
  if (policies.length === 0) return refusal;
  const decision = await dependencies.countLimit(authFailureSubject(address), policies);
  if (decision.allowed) return refusal;
  return rateLimited(decision, "Too many failed authentications from this address.");
}

function environmentMismatch(own: Environment, asked: Environment): AppError {
  const [ownLabel, askedLabel] = [ENVIRONMENT_DETAILS[own].label, ENVIRONMENT_DETAILS[asked].label];
  return new AppError(
    "environment_mismatch",
    `This is a ${ownLabel} key at the ${askedLabel} endpoint. Use /api/v1/${own}, or a ${askedLabel} key.`,
    { keyEnvironment: own, endpointEnvironment: asked },
  );
}

function rateLimited(decision: LimitDecision, reason: string): AppError {
  const retryAfter = retryAfterSeconds(decision);
  const violatedPolicies = decision.policies.filter((policy) => !policy.allowed).map((policy) => policy.name);
  return new AppError("rate_limited", `${reason} Try again in ${retryAfter} s.`, {
    retryAfter,
    violatedPolicies,
  });
}
