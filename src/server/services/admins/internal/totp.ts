import { Secret, TOTP } from "otpauth";
import type { Id } from "@/contracts/ids";
import { AppError } from "@/server/core/errors";
import { seal, unseal } from "@/server/core/seal";
import type { KeyMaterial } from "../../context";

/** Seconds that a code is good for (RFC 6238, section 5.2: the recommended step). */
const PERIOD = 30;
/** Steps to either side: clocks of phones are off, and people type slowly (the same section). */
const DRIFT = 1;
/** Bytes of the secret (RFC 4226, section 4: at least 16, 20 recommended). */
const SECRET_BYTES = 20;

const PURPOSE = "second factor";

function totpOf(secret: Secret, email: string): TOTP {
  // What every app knows: others would show codes that do not work.
  return new TOTP({ issuer: "Keyward", label: email, secret, algorithm: "SHA1", digits: 6, period: PERIOD });
}

export function newSecret(email: string): { bytes: Buffer; key: string; uri: string } {
  const secret = new Secret({ size: SECRET_BYTES });
  return { bytes: Buffer.from(secret.bytes), key: secret.base32, uri: totpOf(secret, email).toString() };
}

/**
 * The step that a code belongs to, if it is one of the secret's and none from `lastStep` back was taken: a code that was
 * seen over a shoulder, or caught on its way, works once.
 * @returns null for a code that is wrong, too old, or used up
 */
export function stepOf(bytes: Buffer, code: string, { now, lastStep }: { now: Date; lastStep: number }) {
  const secret = new Secret({ buffer: Uint8Array.from(bytes).buffer });
  const delta = totpOf(secret, "").validate({ token: code, timestamp: now.getTime(), window: DRIFT });
  if (delta === null) return null;
  const step = Math.floor(now.getTime() / 1_000 / PERIOD) + delta;
  return step > lastStep ? step : null;
}

/** @throws AppError invalid_state without a pepper, under which it would lie open in the database */
export function sealSecret(bytes: Buffer, { pepper }: KeyMaterial, adminId: Id<"adm">): Buffer {
  if (!pepper) {
    throw new AppError(
      "invalid_state",
      "A second factor needs KEY_PEPPER: without it its secret would lie open in the database.",
    );
  }
  return seal(bytes, pepper, { purpose: PURPOSE, owner: adminId });
}

/** @returns null where neither the pepper nor, while it is being changed, the previous one opens it */
export function openSecret(
  sealed: Buffer,
  { pepper, previousPepper }: KeyMaterial,
  adminId: Id<"adm">,
): { bytes: Buffer; isStale: boolean } | null {
  const of = { purpose: PURPOSE, owner: adminId };
  const present = pepper ? unseal(sealed, pepper, of) : null;
  if (present) return { bytes: present, isStale: false };
  const previous = previousPepper ? unseal(sealed, previousPepper, of) : null;
  return previous && { bytes: previous, isStale: true };
}
