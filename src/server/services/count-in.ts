import { AppError } from "@/server/core/errors";
import type { SubjectPolicies } from "@/server/rate-limit";
import type { ServiceContext } from "./context";

/**
 * Counts an attempt in each of the counters, before what is attempted is looked at.
 * @throws AppError rate_limited with `retryAfter` in seconds
 */
export async function countIn(
  ctx: Pick<ServiceContext, "limiter">,
  counters: readonly SubjectPolicies[],
): Promise<void> {
  for (const { subject, policies } of counters) {
    const decision = await ctx.limiter.consume(subject, policies);
    if (!decision.allowed) throw tooManyAttempts(decision.retryAfterMs);
  }
}

function tooManyAttempts(retryAfterMs: number): AppError {
  const retryAfter = Math.ceil(retryAfterMs / 1_000);
  return new AppError("rate_limited", `Too many attempts. Try again in ${retryAfter} seconds.`, {
    retryAfter,
  });
}
