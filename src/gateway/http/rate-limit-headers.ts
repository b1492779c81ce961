import { type LimitDecision, retryAfterSeconds } from "@/server/rate-limit";

/**
 * RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4): structured field lists
 * of named policies with q (quota), w (window, seconds), r (remaining), t (seconds until the window resets). `t` of a
 * policy that stands against the call is its Retry-After: at the end of the window all of its calls still count, and a
 * client that came back then would be refused once more.
 */
export function rateLimitHeaders(decision: LimitDecision): Record<string, string> {
  const list = (item: (policy: LimitDecision["policies"][number]) => string) =>
    decision.policies.map(item).join(", ");
  return {
    "RateLimit-Policy": list((policy) => `"${policy.name}";q=${policy.limit};w=${policy.windowMs / 1_000}`),
    RateLimit: list(
      (policy) => `"${policy.name}";r=${Math.max(0, policy.remaining)};t=${resetSeconds(decision, policy)}`,
    ),
  };
}

/** In how many seconds a policy's window resets; of one that stands against the call, when one passes again. */
export function resetSeconds(
  decision: LimitDecision,
  { allowed, resetAt }: LimitDecision["policies"][number],
): number {
  return allowed ? Math.ceil((resetAt - decision.decidedAt) / 1_000) : retryAfterSeconds(decision);
}
