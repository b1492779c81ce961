import { and, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import { signInSchema } from "@/contracts/admins";
import { verifyPassword } from "@/server/core/passwords";
import { parse } from "@/server/core/validation";
import { adminOfEmail, admins } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { countAttempt, countCode } from "./internal/attempts";
import { checkSecondFactor } from "./internal/check-second-factor";
import { enter, type SignedIn } from "./internal/enter";
import { noteRefusedSignIn } from "./internal/refused-sign-in";

/** The password is right, and a code of the second factor is asked for: none came, or a wrong one. */
export interface CodeAsked {
  asks: "code";
  wrong: boolean;
}

export type SignInAnswer = SignedIn | CodeAsked | null;

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
  const { email, password, code } = parse(signInSchema, input);
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
  if (code !== undefined) await countCode(ctx, admin.id);
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
    const outcome = await checkSecondFactor(ctx, admin.id, code);
    if (outcome === "needed" || outcome === "wrong") return { asks: "code", wrong: outcome === "wrong" };
    return enter(ctx, unchanged, outcome === "none" ? {} : { secondFactor: outcome });
  });
  if (answer && "asks" in answer && answer.wrong) noteRefusedSignIn(ctx, admin.id);
  return answer;
}
