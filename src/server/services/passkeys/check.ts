import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import { isoBase64URL } from "@simplewebauthn/server/helpers";
import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { PasskeyRefusal } from "@/contracts/passkeys";
import type { PasskeyAnswer } from "@/contracts/schemas/passkeys";
import type { Transaction } from "@/server/database/connections";
import { passkeys } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { type ChallengeHolder, spendChallenge } from "./internal/challenge";
import { relyingPartyOf } from "./internal/relying-party";
import { logRefusal, refuseEmbedded, whyRefused } from "./internal/why-refused";

/** A passkey that has answered its challenge. It counts once {@link notePasskeyUse} has noted that. */
export interface PasskeyProof {
  id: Id<"psk">;
  adminId: Id<"adm">;
  name: string;
  /** As the authenticator says it now. */
  counter: number;
  isBackedUp: boolean;
}

/** An answer that was refused, and whose passkey it came from where that is known. */
export interface RefusedPasskey {
  refused: PasskeyRefusal;
  adminId: Id<"adm"> | null;
}

/**
 * Verifies the answer of a passkey (Web Authentication Level 3, section 7.2), and uses its challenge up, whatever comes of
 * it. The library does the steps of one answer; what goes beyond one is here: the challenge (step 11), whose passkey it is
 * (steps 5 and 6), and in {@link notePasskeyUse} the counter (step 22), which two processes may read at the same time.
 */
export async function checkPasskey(
  ctx: ServiceContext,
  answer: PasskeyAnswer,
  holder: ChallengeHolder,
): Promise<PasskeyProof | RefusedPasskey> {
  const challenge = await spendChallenge(ctx, holder, "prove");
  if (challenge === null) return { refused: "challenge", adminId: null };
  const [row] = await withDatabase(ctx, (db) =>
    db.select().from(passkeys).where(eq(passkeys.credentialId, answer.id)),
  );
  if (!row) return { refused: "unknown", adminId: null };
  const { id, adminId, name } = row;
  if (!isOf(answer, adminId, "token" in holder)) return { refused: "forged", adminId };
  const relyingParty = relyingPartyOf(ctx);
  const { clientDataJSON } = answer.response;
  try {
    refuseEmbedded(clientDataJSON);
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...answer, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.id,
      requireUserVerification: true,
      // Compared under a lock, by notePasskeyUse: 0 is below every counter.
      credential: { id: row.credentialId, publicKey: Uint8Array.from(row.publicKey), counter: 0 },
    });
    if (!verified) return { refused: "forged", adminId };
    const { newCounter: counter, credentialBackedUp: isBackedUp } = authenticationInfo;
    return { id, adminId, name, counter, isBackedUp };
  } catch (error) {
    logRefusal(ctx, error);
    const refused = await whyRefused({
      clientDataJSON,
      authenticatorData: () => isoBase64URL.toBuffer(answer.response.authenticatorData),
      challenge,
      relyingParty,
    });
    return { refused, adminId };
  }
}

/**
 * Whether an answer says of itself that it is of this person (section 7.2, step 6). A visitor has named nobody, so that it
 * has to say so; a passkey that was asked for by its id may leave it out.
 */
function isOf({ response }: PasskeyAnswer, adminId: Id<"adm">, hasToSay: boolean): boolean {
  if (response.userHandle === undefined) return !hasToSay;
  return isoBase64URL.toUTF8String(response.userHandle) === adminId;
}

/**
 * Notes the use of a passkey, in the transaction of what it is used for. A counter that has not grown tells of a copy of the
 * authenticator (section 7.2, step 22): either may be the thief's, so neither is let in. Those that are synced between
 * devices do not count, and stay at 0.
 * @returns why it does not count, or null
 */
export async function notePasskeyUse(
  ctx: ServiceContext & { tx: Transaction },
  { id, counter, isBackedUp }: PasskeyProof,
): Promise<PasskeyRefusal | null> {
  const [row] = await ctx.tx
    .select({ counter: passkeys.counter })
    .from(passkeys)
    .where(eq(passkeys.id, id))
    .for("update");
  // Removed meanwhile.
  if (!row) return "unknown";
  const counts = counter > 0 || row.counter > 0;
  if (counts && counter <= row.counter) {
    const { requestId } = ctx;
    ctx.logger.warn(
      { passkey: id, counter, known: row.counter, requestId },
      "A passkey may have been copied",
    );
    return "counter";
  }
  await ctx.tx
    .update(passkeys)
    .set({ counter, isBackedUp, lastUsedAt: ctx.clock.now() })
    .where(eq(passkeys.id, id));
  return null;
}
