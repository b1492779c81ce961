import { passedAuthentication } from "@/contracts/requests";
import { redactKeys } from "@/server/core/key-format";
import type { KeyPrincipal } from "@/server/core/principal";
import { contextFor } from "@/server/platform";
import type { ServiceContext } from "@/server/services/context";
import { type DoorKey, decide, doorPorts, keyPrincipal } from "@/server/services/keys";
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
  const { platform, request, environment, address, startedAt } = call;
  const knock = {
    credentials: readCredentials(request.headers),
    environment,
    address,
    permission: route.permission,
    at: startedAt,
  };
  const decision = await decide(knock, doorPorts(platform, platform.env.AUTH_FAILURES_PER_MINUTE));
  call.decision = decision;
  const { key, refusal } = decision;
  // Kept as "last used": a client that sends its key there, by a mix-up of arguments, must not find it stored.
  const userAgent = redactKeys(call.agent ?? "") || null;
  if (key && passedAuthentication(decision.refusedBy)) {
    platform.lastUse.record(key.id, {
      at: startedAt,
      ip: address,
      agent: userAgent,
      route: route.name,
    });
  }
  if (refusal) throw refusal;
  if (!key) throw new Error("The door let a call in without a key.");
  const ctx = contextFor(platform, keyPrincipal(key), { requestId: call.requestId, ip: address, userAgent });
  return { ctx, key };
}
