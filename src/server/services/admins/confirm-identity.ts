import { eq } from "drizzle-orm";
import type { z } from "zod";
import { confirmIdentitySchema } from "@/contracts/confirmation";
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
    await withTransaction(ctx, async (ctx) => {
      if ("code" in given) await requireCode(ctx, id, given.code);
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
        after: { way: "password" in given ? "password" : "code" },
      });
    });
  } catch (error) {
    // The code. A wrong password is noted where it is asked for.
    if (isAppError(error) && error.code === "validation_failed") noteRefusedSignIn(ctx, id);
    throw error;
  }
}

function sessionEnded(): AppError {
  return new AppError("key_missing", "Sign in to continue.");
}
