import { passedAuthentication } from "@/contracts/requests";
import { redactKeys } from "@/server/core/key-format";
import type { KeyPrincipal } from "@/server/core/principal";
import { contextFor } from "@/server/platform";
import type { ServiceContext } from "@/server/services/context";
import {
  type DoorKey,
  decide,
  doorPorts,
  type Knock,
  keyPrincipal,
  stillAdmitted,
} from "@/server/services/keys";
import type { Call } from "./call";
import { readCredentials } from "./credential";
import type { Route } from "./route";

/** A call that passed the door. */
export interface Admitted {
  ctx: ServiceContext & { principal: KeyPrincipal };
  key: DoorKey;
}

/**
 * The door: asks services/keys/admission.ts, and leaves in the call what was learned, for its headers and the log.
 * @throws AppError the first refusal in the order of the contract
 */
export async function admit(call: Call, route: Route): Promise<Admitted> {
  const { platform, address, startedAt } = call;
  const ports = doorPorts(platform, platform.env.AUTH_FAILURES_PER_MINUTE);
  const decision = await decide(authRequestOf(call, route), ports);
  call.decision = decision;
  const { key, refusal } = decision;
  if (!key) throw refusal ?? new Error("The checks let a call in without a key.");
  const ctx = contextOf(call, key);
  if (passedAuthentication(decision.refusedBy)) {
    platform.lastUse.record(key.id, { at: startedAt, ip: address, agent: ctx.userAgent, route: route.name });
  }
  if (refusal) throw refusal;
  return { ctx, key };
}

/**
 * The context for the next part of an answer that is given out part by part, with what the key may do now: a download
 * that takes minutes must not outlive the revoke of a stolen key.
 * @throws AppError where the call would be refused by now
 */
export async function readmit(call: Call, route: Route): Promise<Admitted["ctx"]> {
  const { platform } = call;
  return contextOf(call, await stillAdmitted(authRequestOf(call, route), platform));
}

function authRequestOf({ request, environment, address }: Call, { permission }: Route): Knock {
  return { credentials: readCredentials(request.headers), environment, address, permission };
}

function contextOf({ platform, requestId, address, agent }: Call, key: DoorKey): Admitted["ctx"] {
  // Kept as "last used": a client that sends its key there, by a mix-up of arguments, must not find it stored.
  const userAgent = redactKeys(agent ?? "") || null;
  return contextFor(platform, keyPrincipal(key), { requestId, ip: address, userAgent });
}
