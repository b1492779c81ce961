import { and, eq, isNull, sql } from "drizzle-orm";
import type { z } from "zod";
import { signInSchema } from "@/contracts/admins";
import type { Id } from "@/contracts/ids";
import { folded } from "@/contracts/text";
import { AppError } from "@/server/core/errors";
import { verifyPassword } from "@/server/core/passwords";
import { parse } from "@/server/core/validation";
import { admins } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import { signInPolicies } from "@/server/rate-limit";
import type { ServiceContext } from "../context";
import { startSession } from "../sessions";

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
  for (const { subject, policies } of signInPolicies({ email, address: ctx.ip })) {
    const decision = await ctx.limiter.consume(subject, policies);
    if (!decision.allowed) throw tooManyAttempts(decision.retryAfterMs);
  }
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
  if (!admin || !matches || admin.deactivatedAt) return null;
  return withTransaction(ctx, async (ctx) => {
    // Looking at a password takes a while. One that was changed meanwhile, with all sessions ended, must start none.
    const [unchanged] = await ctx.tx
      .update(admins)
      .set({ lastSignInAt: ctx.clock.now() })
      .where(
        and(
          eq(admins.id, admin.id),
          eq(admins.passwordHash, admin.passwordHash),
          isNull(admins.deactivatedAt),
        ),
      )
      .returning({ id: admins.id });
    return unchanged ? { id: admin.id, token: await startSession(ctx, admin.id) } : null;
  });
}

function tooManyAttempts(retryAfterMs: number): AppError {
  const retryAfter = Math.ceil(retryAfterMs / 1_000);
  return new AppError("rate_limited", `Too many attempts. Try again in ${retryAfter} seconds.`, {
    retryAfter,
  });
}
