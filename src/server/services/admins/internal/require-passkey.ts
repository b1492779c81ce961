import type { PasskeyAnswer } from "@/contracts/schemas/passkeys";
import { AppError } from "@/server/core/errors";
import { administratorOf } from "@/server/core/principal";
import type { Transaction } from "@/server/database/connections";
import type { ServiceContext } from "../../context";
import { checkPasskey, notePasskeyUse, type PasskeyProof, refusedPasskey } from "../../passkeys";

/**
 * Verifies that an answer is of one of one's own passkeys, to a challenge of this session.
 * @returns the proof, which {@link requirePasskeyUse} makes count, in the transaction of what it is for
 * @throws AppError validation_failed at the passkey; key_missing without a session
 */
export async function requirePasskey(ctx: ServiceContext, answer: PasskeyAnswer): Promise<PasskeyProof> {
  const { id, sessionId } = administratorOf(ctx.principal);
  if (!sessionId) throw new AppError("key_missing", "Sign in to continue.");
  const outcome = await checkPasskey(ctx, answer, { sessionId });
  if ("refused" in outcome) throw refusedPasskey(outcome.refused);
  if (outcome.adminId !== id) throw refusedPasskey("other_person");
  return outcome;
}

/** @throws AppError validation_failed at the passkey where it does not count */
export async function requirePasskeyUse(
  ctx: ServiceContext & { tx: Transaction },
  proof: PasskeyProof,
): Promise<void> {
  const refused = await notePasskeyUse(ctx, proof);
  if (refused) throw refusedPasskey(refused);
}
