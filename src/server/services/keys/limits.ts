import type { Id } from "@/contracts/ids";
import type { RateLimitWindow } from "@/contracts/keys";
import { keyIdSchema } from "@/contracts/schemas/keys";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { withDatabase } from "@/server/database/session";
import { keyPolicies, keySubject } from "@/server/rate-limit";
import type { ServiceContext } from "../context";
import { loadKey } from "./internal/load";

/** How far one window of a key is used up. */
export interface LimitFill {
  window: RateLimitWindow;
  limit: number;
  used: number;
  resetAt: string;
}

/**
 * The present fill of a key's windows, read without counting as a call.
 * @returns null while the shared limiter is away: what this process alone has counted would be a wrong answer
 */
export async function getKeyLimits(
  ctx: ServiceContext,
  input: { id: Id<"key"> },
): Promise<LimitFill[] | null> {
  authorize(ctx, "keys:read");
  const { id } = parse(keyIdSchema, input);
  const key = await withDatabase(ctx, (db) => loadKey(ctx, db, id, null));
  const decision = await ctx.limiter.peek(keySubject(key.id), keyPolicies(key.rateLimits));
  if (decision.degraded) return null;
  return decision.policies.map((policy) => ({
    window: policy.name as RateLimitWindow,
    limit: policy.limit,
    used: policy.limit - policy.remaining,
    resetAt: new Date(policy.resetAt).toISOString(),
  }));
}
