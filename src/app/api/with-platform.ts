import { isAppError } from "@/server/core/errors";
import type { Platform } from "@/server/platform";
import { problemDocument } from "@/server/rest/http/refusal";
import { baseUrlOfSettings, getPlatform } from "@/server/shared-platform";

/**
 * Serves a request of a mount. Where Next runs alone there is no platform while Postgres is away (shared-platform.ts): then
 * every mount answers 503 with a problem document, and the next request tries again.
 */
export async function withPlatform(
  request: Request,
  serve: (platform: Platform) => Promise<Response>,
): Promise<Response> {
  const platform = await getPlatform().catch((error: unknown) => {
    if (isAppError(error)) return error;
    throw error;
  });
  if (!isAppError(platform)) return serve(platform);
  const { pathname } = new URL(request.url);
  const { status, headers, body } = problemDocument({ baseUrl: baseUrlOfSettings() }, platform, pathname);
  return new Response(body, { status, headers });
}
