import { and, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import type { PasskeyRefusal } from "@/contracts/passkeys";
import { signInSchema } from "@/contracts/schemas/admins";
import type { SecondFactorWay } from "@/contracts/second-factor";
import { verifyPassword } from "@/server/core/passwords";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { adminOfEmail, admins } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { checkPasskey, notePasskeyUse, type PasskeyProof, type RefusedPasskey } from "../passkeys";
import { countAttempt, countCode } from "./internal/attempts";
import { checkSecondFactor, secondFactorWays } from "./internal/check-second-factor";
import { enter, type SignedIn } from "./internal/enter";
import { noteRefusedSignIn } from "./internal/refused-sign-in";

/** The password is right, and a second factor is asked for: none came, or one that was refused. */
export interface SecondFactorAsked {
  /** By what it can be shown, beside a recovery code. */
  ways: readonly SecondFactorWay[];
  /** What was wrong with the one that came; null: none came. */
  refused: "code" | PasskeyRefusal | null;
}

export type SignInAnswer = SignedIn | SecondFactorAsked | null;

/**
 * Checks e-mail and password, then the second factor where there is one, and starts a session. Attempts are counted per
 * account and address and per address, before the password is looked at: counting failures afterwards would let any number
 * of guesses through that are made at the same time. Whether there is a second factor is looked at after the password has
 * been found right, and not before: no text and no time tells anybody else.
 * @returns null when e-mail or password is wrong; which of them is not said
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export async function signIn(
  ctx: ServiceContext,
  input: z.input<typeof signInSchema>,
): Promise<SignInAnswer> {
  const { email, password, code, passkey } = parse(signInSchema, input);
  await countAttempt(ctx, email);
  const [admin] = await withDatabase(ctx, (db) =>
    db
      .select({
        id: admins.id,
        passwordHash: admins.passwordHash,
        deactivatedAt: admins.deactivatedAt,
      })
      .from(admins)
      .where(adminOfEmail(email)),
  );
  const matches = await verifyPassword(admin?.passwordHash ?? null, password);
  if (!admin || !matches || admin.deactivatedAt) {
    if (admin) noteRefusedSignIn(ctx, admin.id);
    return null;
  }
  if (code !== undefined || passkey) await countCode(ctx, admin.id);
  const proof = passkey && (await checkPasskey(ctx, passkey.passkey, { token: passkey.challengeToken }));
  const answer = await withTransaction(ctx, async (ctx): Promise<SignInAnswer> => {
    // Looking at a password takes a while. One that was changed meanwhile, with all sessions ended, must start none.
    const [unchanged] = await ctx.tx
      .select({ id: admins.id, refusedBefore: admins.unrecordedFailures })
      .from(admins)
      .where(
        and(
          eq(admins.id, admin.id),
          eq(admins.passwordHash, admin.passwordHash),
          isNull(admins.deactivatedAt),
        ),
      )
      .for("update");
    if (!unchanged) return null;
    const ways = await secondFactorWays(ctx, admin.id);
    if (ways.length === 0) return enter(ctx, unchanged);
    if (proof) {
      const refused = await refusalOf(ctx, proof, admin.id);
      return refused ? { ways, refused } : enter(ctx, unchanged, { secondFactor: "passkey" });
    }
    if (code === undefined) return { ways, refused: null };
    const secondFactor = await checkSecondFactor(ctx, admin.id, code);
    return secondFactor === "wrong" ? { ways, refused: "code" } : enter(ctx, unchanged, { secondFactor });
  });
  if (answer && "ways" in answer && answer.refused) noteRefusedSignIn(ctx, admin.id);
  return answer;
}

/** Why a passkey does not count as the second factor of this account; null: it does. */
async function refusalOf(
  ctx: ServiceContext & { tx: Transaction },
  proof: PasskeyProof | RefusedPasskey,
  adminId: Id<"adm">,
): Promise<PasskeyRefusal | null> {
  if ("refused" in proof) return proof.refused;
  if (proof.adminId !== adminId) return "other_person";
  return notePasskeyUse(ctx, proof);
}
