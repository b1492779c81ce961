import { and, eq, isNull, sql } from "drizzle-orm";
import type { z } from "zod";
import { signInSchema } from "@/contracts/admins";
import type { Id } from "@/contracts/ids";
import { folded } from "@/contracts/text";
import { verifyPassword } from "@/server/core/passwords";
import { parse } from "@/server/core/validation";
import { admins } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { asAdministrator, deviceOf, startSession } from "../sessions";
import { countAttempt } from "./internal/attempts";
import { recordRefusedSignIn } from "./internal/refused-sign-in";

/** Who has signed in, and the token of the session that was started for them. */
export interface SignedIn {
  id: Id<"adm">;
  token: string;
}

/**
 * Checks e-mail and password, and starts a session. Attempts are counted per account and address and per address, before
 * the password is looked at: counting failures afterwards would let any number of guesses through that are made at the
 * same time.
 * @returns null when e-mail or password is wrong; which of them is not said
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export async function signIn(
  ctx: ServiceContext,
  input: z.input<typeof signInSchema>,
): Promise<SignedIn | null> {
  const { email, password } = parse(signInSchema, input);
  await countAttempt(ctx, email);
  const [admin] = await withDatabase(ctx, (db) =>
    db
      .select({
        id: admins.id,
        passwordHash: admins.passwordHash,
        deactivatedAt: admins.deactivatedAt,
      })
      .from(admins)
      .where(eq(sql`lower(${admins.email})`, folded(email))),
  );
  const matches = await verifyPassword(admin?.passwordHash ?? null, password);
  if (!admin || !matches || admin.deactivatedAt) {
    if (admin) noteFailure(ctx, admin.id);
    return null;
  }
  return withTransaction(ctx, async (ctx) => {
    // Looking at a password takes a while. One that was changed meanwhile, with all sessions ended, must start none.
    const [before] = await ctx.tx
      .select({ refused: admins.unrecordedFailures })
      .from(admins)
      .where(eq(admins.id, admin.id))
      .for("update");
    const [unchanged] = await ctx.tx
      .update(admins)
      .set({ lastSignInAt: ctx.clock.now(), unrecordedFailures: 0 })
      .where(
        and(
          eq(admins.id, admin.id),
          eq(admins.passwordHash, admin.passwordHash),
          isNull(admins.deactivatedAt),
        ),
      )
      .returning({ id: admins.id });
    if (!unchanged) return null;
    const session = await startSession(ctx, admin.id);
    const refusedBefore = before?.refused ?? 0;
    await recordAudit(await asAdministrator(ctx, admin.id), {
      action: "session.start",
      subject: { id: session.id, name: deviceOf(ctx.userAgent) },
      environment: null,
      after: refusedBefore > 0 ? { refusedBefore } : {},
    });
    return { id: admin.id, token: session.token };
  });
}

/**
 * Notes a failure beside the answer and not before it: what is done for a known account alone would tell, by the time it
 * takes, which accounts there are.
 */
function noteFailure(ctx: ServiceContext, id: Id<"adm">): void {
  recordRefusedSignIn(ctx, id).catch((error: unknown) => {
    ctx.logger.error({ err: error, requestId: ctx.requestId }, "A failed sign-in could not be recorded");
  });
}
