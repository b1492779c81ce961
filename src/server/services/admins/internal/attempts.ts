import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { secondFactors } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import {
  invitationPolicies,
  providerVisitPolicies,
  resetMailPolicies,
  resetRequestPolicies,
  secondFactorPolicies,
  signInPolicies,
} from "@/server/rate-limit";
import type { ServiceContext } from "../../context";
import { countIn } from "../../count-in";

/**
 * Counts an attempt to show a password, before that is looked at.
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export function countAttempt(ctx: ServiceContext, email: string): Promise<void> {
  return countIn(ctx, signInPolicies({ email, address: ctx.ip }));
}

/**
 * Counts a look at an invitation's link, which takes a read of Postgres and may take the hashing of a password.
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export function countInvitationAttempt(ctx: ServiceContext): Promise<void> {
  return countIn(ctx, [invitationPolicies(ctx.ip)]);
}

/**
 * Counts a step of a sign-in by a provider, which asks that provider.
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export function countProviderVisit(ctx: ServiceContext): Promise<void> {
  return countIn(ctx, [providerVisitPolicies(ctx.ip)]);
}

/**
 * Counts a code that is tried by somebody who has shown the password.
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export async function countCode(ctx: ServiceContext, adminId: Id<"adm">): Promise<void> {
  const [factor] = await withDatabase(ctx, (db) =>
    db
      .select({ createdAt: secondFactors.createdAt })
      .from(secondFactors)
      .where(eq(secondFactors.adminId, adminId)),
  );
  return countIn(ctx, secondFactorPolicies(adminId, factor?.createdAt ?? null));
}

/**
 * Counts a use of a single-use link, together with those of invitations: which of them somebody makes up is all one.
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export function countLinkAttempt(ctx: ServiceContext): Promise<void> {
  return countInvitationAttempt(ctx);
}

/**
 * Counts a request for a new password by where it comes from.
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export function countResetRequest(ctx: ServiceContext): Promise<void> {
  return countIn(ctx, [resetRequestPolicies(ctx.ip)]);
}

/** Whether an account may be mailed a link for a new password once more, which is counted by it. */
export async function mayMailReset(ctx: ServiceContext, email: string): Promise<boolean> {
  const { subject, policies } = resetMailPolicies(email);
  return (await ctx.limiter.consume(subject, policies)).allowed;
}
