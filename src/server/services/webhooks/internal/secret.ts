import type { Id } from "@/contracts/ids";
import { AppError } from "@/server/core/errors";
import { seal, unseal } from "@/server/core/seal";
import type { KeyMaterial } from "../../context";

const PURPOSE = "webhook secret";

/** @throws AppError invalid_state without a pepper, under which it would lie open in the database */
export function sealSigningSecret(secret: Buffer, { pepper }: KeyMaterial, id: Id<"whe">): Buffer {
  if (!pepper) {
    throw new AppError(
      "invalid_state",
      "Webhooks need KEY_PEPPER: without it their signing secrets would lie open in the database.",
    );
  }
  return seal(secret, pepper, { purpose: PURPOSE, owner: id });
}

/** @returns null where neither the pepper nor, while it is being changed, the previous one opens it */
export function openSigningSecret(
  sealed: Buffer,
  { pepper, previousPepper }: KeyMaterial,
  id: Id<"whe">,
): { secret: Buffer; isStale: boolean } | null {
  const of = { purpose: PURPOSE, owner: id };
  const present = pepper ? unseal(sealed, pepper, of) : null;
  if (present) return { secret: present, isStale: false };
  const previous = previousPepper ? unseal(sealed, previousPepper, of) : null;
  return previous && { secret: previous, isStale: true };
}
