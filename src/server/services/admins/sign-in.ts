import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import type { signInSchema } from "@/contracts/admins";
import type { Id } from "@/contracts/ids";
import { AppError } from "@/server/core/errors";
import { verifyPassword } from "@/server/core/passwords";
import { admins } from "@/server/db/schema";
import { withDatabase } from "@/server/db/scope";
import { signInPolicies } from "@/server/rate-limit";
import type { ServiceContext } from "../context";

/** What a session is made of. The rest is read afresh on every request. */
export interface SignedIn {
  id: Id<"adm">;
  sessionVersion: number;
}

/**
 * Checks e-mail and password. Attempts are counted per account and address and per address, before the password is
 * looked at: counting failures afterwards would let any number of guesses through that are made at the same time.
 * @returns null when e-mail or password is wrong; which of them is not said
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export async function signIn(
  ctx: ServiceContext,
  input: z.output<typeof signInSchema>,
): Promise<SignedIn | null> {
  for (const { subject, policies } of signInPolicies({ email: input.email, address: ctx.ip })) {
    const decision = await ctx.limiter.consume(subject, policies);
    if (!decision.allowed) throw tooManyAttempts(decision.retryAfterMs);
  }
  const [admin] = await withDatabase(ctx, (db) =>
    db
      .select({
        id: admins.id,
        passwordHash: admins.passwordHash,
        sessionVersion: admins.sessionVersion,
        deactivatedAt: admins.deactivatedAt,
      })
      .from(admins)
      .where(eq(sql`lower(${admins.email})`, input.email.toLowerCase())),
  );
  const matches = await verifyPassword(admin?.passwordHash ?? null, input.password);
  if (!admin || !matches || admin.deactivatedAt) return null;
  await withDatabase(ctx, (db) =>
    db.update(admins).set({ lastSignInAt: ctx.clock.now() }).where(eq(admins.id, admin.id)),
  );
  return { id: admin.id, sessionVersion: admin.sessionVersion };
}

function tooManyAttempts(retryAfterMs: number): AppError {
  const retryAfter = Math.ceil(retryAfterMs / 1_000);
  return new AppError("rate_limited", `Too many attempts. Try again in ${retryAfter} seconds.`, {
    retryAfter,
  });
}
