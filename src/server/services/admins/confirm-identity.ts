import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { ConfirmationWay } from "@/contracts/confirmation";
import { confirmIdentitySchema } from "@/contracts/schemas/confirmation";
import { authorize } from "@/server/core/authorize";
import { AppError, isAppError } from "@/server/core/errors";
import { administratorOf } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { sessions } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { deviceOf } from "../sessions";
import { countCode } from "./internal/attempts";
import { noteRefusedSignIn } from "./internal/refused-sign-in";
import { requireCode } from "./internal/require-code";
import { requirePasskey, requirePasskeyUse } from "./internal/require-passkey";
import { requirePassword } from "./internal/require-password";

/**
 * Shows that whoever holds the session is whose it is: for ten minutes it may do what takes a fresh factor. Counted and
 * put on record like a sign-in, as somebody with a stolen cookie could guess here instead.
 * @throws AppError validation_failed at what is wrong; rate_limited; key_missing where the session has ended meanwhile
 */
export async function confirmIdentity(
  ctx: ServiceContext,
  input: z.input<typeof confirmIdentitySchema>,
): Promise<void> {
  authorize(ctx, "profile:manage");
  const given = parse(confirmIdentitySchema, input);
  const { id, sessionId } = administratorOf(ctx.principal);
  if (!sessionId) throw sessionEnded();
  if ("password" in given) await requirePassword(ctx, given.password);
  else await countCode(ctx, id);
  try {
    const proof = "passkey" in given ? await requirePasskey(ctx, given.passkey) : null;
    await withTransaction(ctx, async (ctx) => {
      if ("code" in given) await requireCode(ctx, id, given.code);
      if (proof) await requirePasskeyUse(ctx, proof);
      const [session] = await ctx.tx
        .update(sessions)
        .set({ verifiedAt: ctx.clock.now() })
        .where(eq(sessions.id, sessionId))
        .returning({ id: sessions.id });
      // Ended by a change of the password, for example, while this one was looked at.
      if (!session) throw sessionEnded();
      await recordAudit(ctx, {
        action: "session.confirm",
        subject: { id: session.id, name: deviceOf(ctx.userAgent) },
        environment: null,
        after: { way: wayOf(given) },
      });
    });
  } catch (error) {
    // The code, or the passkey. A wrong password is noted where it is asked for.
    if (isAppError(error) && error.code === "validation_failed") noteRefusedSignIn(ctx, id);
    throw error;
  }
}

function wayOf(given: z.output<typeof confirmIdentitySchema>): ConfirmationWay {
  if ("password" in given) return "password";
  return "code" in given ? "code" : "passkey";
}

function sessionEnded(): AppError {
  return new AppError("key_missing", "Sign in to continue.");
}
