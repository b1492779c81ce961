import type { KeyView } from "@/contracts/keys";
import { cleanText } from "@/contracts/text";
import { principalName } from "@/server/core/principal";
import type { ServiceContext } from "../../context";

/**
 * What a revoke makes of a key. One that is revoked already stays as it was, with its first reason; where a key has done that, an
 * administrator's revoke takes its place.
 */
export function revocation({ principal, clock }: ServiceContext, reason: string) {
  const by = principal.kind === "key" ? principal.id : null;
  const revokedBy = principalName(principal);
  const revokedReason = cleanText(reason) || null;
  const revoked = { revokedAt: clock.now(), revokedBy, revokedByKeyId: by, revokedReason };
  const takenOver = { revokedBy, revokedByKeyId: null, ...(revokedReason ? { revokedReason } : {}) };
  return (key: Pick<KeyView, "revokedAt" | "revokedByKeyId">) => {
    if (!key.revokedAt) return revoked;
    // What a key has revoked, a key could let work again. Not once an administrator has said no to it as well.
    return key.revokedByKeyId === null || by !== null ? null : takenOver;
  };
}
