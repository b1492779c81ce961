import { originOf, principalOf } from "@/server/auth/principal";
import { AppError, INTERNAL_DETAIL, isAppError } from "@/server/core/errors";
import type { AdminPrincipal } from "@/server/core/principal";
import type { Origin, Platform } from "@/server/platform";

/** What every procedure starts from. `principal` is null without a session. */
export interface TrpcContext {
  platform: Platform;
  origin: Origin;
  principal: AdminPrincipal | null;
}

/**
 * The context of a request to the console, from its headers.
 * @throws AppError unavailable or internal when the session cannot be read; it carries the request id, because a
 * failure of the context itself leaves whoever answers without one
 */
export async function createTrpcContext(platform: Platform, headers: Headers): Promise<TrpcContext> {
  const origin = originOf(platform, headers);
  try {
    return { platform, origin, principal: await principalOf(platform, headers, origin) };
  } catch (error) {
    const { requestId } = origin;
    platform.logger.error({ err: error, requestId }, "A session could not be read");
    const refusal = isAppError(error) ? error : new AppError("internal", INTERNAL_DETAIL);
    throw new AppError(refusal.code, refusal.detail, { ...refusal.extensions, requestId }, error);
  }
}
