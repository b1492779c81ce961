import { principalOf, requestMetaOf } from "@/server/auth/principal";
import { sessionCookieIn } from "@/server/auth/session-cookie";
import { AppError, INTERNAL_DETAIL, isAppError } from "@/server/core/errors";
import type { AdminPrincipal } from "@/server/core/principal";
import type { RequestMeta, Runtime } from "@/server/runtime/runtime";

/** What every procedure starts from. `principal` is null without a session. */
export interface TrpcContext {
  runtime: Runtime;
  meta: RequestMeta;
  principal: AdminPrincipal | null;
  /** What the answer sets, as `Set-Cookie` has them. */
  cookies: string[];
}

/**
 * The context of a request to the console, from its headers.
 * @throws AppError unavailable or internal when the session cannot be read; it carries the request id, because a
 * failure of the context itself leaves whoever answers without one
 */
export async function createTrpcContext(runtime: Runtime, headers: Headers): Promise<TrpcContext> {
  const meta = requestMetaOf(runtime, headers);
  try {
    return { runtime, meta, principal: await principalOf(runtime, headers, meta), cookies: [] };
  } catch (error) {
    const { requestId } = meta;
    runtime.logger.error({ err: error, requestId }, "A session could not be read");
    const refusal = isAppError(error) ? error : new AppError("internal", INTERNAL_DETAIL);
    throw new AppError(refusal.code, refusal.detail, { ...refusal.extensions, requestId }, error);
  }
}

/** Whether a request comes from a browser that was signed in once, whatever its cookie is worth now. */
export function hadSession(runtime: Runtime, headers: Headers): boolean {
  return sessionCookieIn(runtime, headers.get("cookie")) !== null;
}
