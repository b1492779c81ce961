import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { PasskeyRefusal } from "@/contracts/passkeys";
import { signInByPasskeySchema } from "@/contracts/schemas/passkeys";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { admins } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { checkPasskey, notePasskeyUse, type PasskeyProof } from "../passkeys";
import { countAttempt } from "./internal/attempts";
import { enter, type SignedIn } from "./internal/enter";
import { noteRefusedSignIn } from "./internal/refused-sign-in";

/**
 * Signs in whose passkey has answered, and starts a session as a password does. No second factor is asked for: the
 * authenticator is one, and its PIN, finger or face the other (NIST SP 800-63B-4, section 3.1.7: a multi-factor
 * cryptographic authenticator). Counted like a password, by the passkey in place of the address.
 * @returns why not, where they are not let in; that an account is deactivated is told to whoever holds its passkey alone
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export async function signInByPasskey(
  ctx: ServiceContext,
  input: z.input<typeof signInByPasskeySchema>,
): Promise<SignedIn | { refused: PasskeyRefusal }> {
  const { passkey, challengeToken } = parse(signInByPasskeySchema, input);
  await countAttempt(ctx, passkey.id);
  const proof = await checkPasskey(ctx, passkey, { token: challengeToken });
  const outcome = "refused" in proof ? proof.refused : await withTransaction(ctx, (ctx) => admit(ctx, proof));
  if (typeof outcome !== "string") return outcome;
  if (proof.adminId) noteRefusedSignIn(ctx, proof.adminId);
  return { refused: outcome };
}

async function admit(
  ctx: ServiceContext & { tx: Transaction },
  proof: PasskeyProof,
): Promise<SignedIn | PasskeyRefusal> {
  const [admin] = await ctx.tx
    .select({
      id: admins.id,
      refusedBefore: admins.unrecordedFailures,
      deactivatedAt: admins.deactivatedAt,
    })
    .from(admins)
    .where(eq(admins.id, proof.adminId))
    .for("update");
  if (!admin) return "unknown";
  if (admin.deactivatedAt) return "deactivated";
  return (await notePasskeyUse(ctx, proof)) ?? enter(ctx, admin, { passkey: proof.name });
}
