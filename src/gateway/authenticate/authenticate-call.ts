import { passedAuthentication } from "@/contracts/requests";
import {
  type AuthDependencies,
  type AuthRequest,
  type AuthResult,
  authDependencies,
  authenticate,
  keyPrincipal,
  reauthenticate,
} from "@/gateway/authenticate/checks";
import type { VerifiedKey } from "@/gateway/authenticate/verified-key";
import { redactKeys } from "@/server/core/key-format";
import type { KeyPrincipal } from "@/server/core/principal";
import { contextFor } from "@/server/runtime/runtime";
import type { ServiceContext } from "@/server/services/context";
import type { Call } from "../call";
import { inSpan } from "../call-span";
import type { AskedKey, Route } from "../routes/route";
import { holdsMisplacedKey, readCredentials } from "./credential";

/** As what the verbs of a call run: its key. */
export type KeyContext = ServiceContext & { principal: KeyPrincipal };

/**
 * Runs the checks (checks.ts), and leaves in the call what was found out, for its headers and the log.
 * @throws AppError the first refusal in the order of the contract
 */
export async function authenticateCall(call: Call, route: Route): Promise<VerifiedKey> {
  const { runtime, address, startedAt } = call;
  const options = { lastUse: route.lastUse ?? false };
  const asked = authDependencies(runtime, runtime.env.AUTH_FAILURES_PER_MINUTE, options);
  const decision = await authenticate(authRequestOf(call), traced(call, asked));
  call.auth = decision;
  const { key, refusal } = decision;
  if (!key) throw refusal ?? new Error("The checks let a call in without a key.");
  if (passedAuthentication(decision.refusedBy)) {
    runtime.lastUse.record(key.id, { at: startedAt, ip: address, agent: call.agent, route: route.name });
  }
  if (refusal) throw refusal;
  return key;
}

/** The same, with a span for each step that asks somebody else, where the call is traced. */
function traced(call: Call, dependencies: AuthDependencies): AuthDependencies {
  if (!call.span) return dependencies;
  const { findKey, countLimit } = dependencies;
  return {
    ...dependencies,
    findKey: (credential) => inSpan(call, "look up key", () => findKey(credential)),
    countLimit: (subject, policies) => inSpan(call, "limit", () => countLimit(subject, policies)),
  };
}

/**
 * The context for the next part of an answer that is given out part by part, with what the key may do now: a download
 * that takes minutes must not outlive the revoke of a stolen key.
 * @throws AppError where the call would be refused by now
 */
export async function reauthenticateCall(call: Call): Promise<KeyContext> {
  const { runtime } = call;
  return contextOf(call, await reauthenticate(authRequestOf(call), runtime));
}

/**
 * Runs the very checks of the gateway on a key that a call asks about, at the endpoint of the call. It is used by that: it
 * counts against the key's limits, and as its last use.
 *
 * A key of another environment is an unknown one, whatever its state: a service of staging must not be able to sort a list
 * of stolen keys of production. Failures count against the client's address alone, where it is known: against the
 * service's own they would lock the service out, and without any they would lock out all clients together.
 * @throws AppError unavailable when Postgres is away
 */
export async function authenticateAsked(
  call: Call,
  route: Route,
  { credential, permission, address, origin }: AskedKey,
): Promise<AuthResult> {
  const { runtime, environment, startedAt } = call;
  const failures = address === null ? 0 : runtime.env.AUTH_FAILURES_PER_MINUTE;
  const dependencies = traced(call, authDependencies(runtime, failures));
  const findKey = async (text: string) => {
    const key = await dependencies.findKey(text);
    return key?.environment === environment ? key : null;
  };
  const credentials = credential === "" ? [] : [credential];
  const decision = await authenticate(
    { credentials, environment, address, origin, permission },
    { ...dependencies, findKey },
  );
  const { key, refusedBy } = decision;
  if (key && passedAuthentication(refusedBy)) {
    runtime.lastUse.record(key.id, { at: startedAt, ip: address, agent: null, route: route.name });
  }
  return decision;
}

function authRequestOf({ request, environment, address, permission }: Call): AuthRequest {
  const { headers } = request;
  const credentials = readCredentials(headers);
  const isKeyMisplaced = credentials.length === 0 && holdsMisplacedKey(headers);
  return { credentials, isKeyMisplaced, environment, address, origin: headers.origin ?? null, permission };
}

/**
 * As what the call's key works.
 * @param answerBy when its caller will not wait any longer, by `performance.now()`; absent: no such instant
 */
export function contextOf(call: Call, key: VerifiedKey, answerBy?: number): KeyContext {
  const { runtime, requestId, address: ip, agent } = call;
  // Verbs keep it, in the audit: a client that sends its key there, by a mix-up of arguments, must not find it stored.
  const userAgent = redactKeys(agent ?? "") || null;
  return contextFor(runtime, keyPrincipal(key), { requestId, ip, userAgent, answerBy });
}
