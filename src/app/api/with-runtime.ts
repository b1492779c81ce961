import { responseOf } from "@/gateway/http/fetch-handler";
import { problemDocument } from "@/gateway/http/refusal";
import { isAppError } from "@/server/core/errors";
import { dropBody } from "@/server/core/read-body";
import { baseUrlOfSettings } from "@/server/runtime/create";
import type { Runtime } from "@/server/runtime/runtime";
import { getRuntime } from "@/server/runtime/singleton";

/**
 * Serves a request of a mount. Where Next runs alone there is no runtime while Postgres is away (runtime/singleton.ts): then
 * every mount answers 503 with a problem document, and the next request tries again.
 */
export async function withRuntime(
  request: Request,
  serve: (runtime: Runtime) => Promise<Response>,
): Promise<Response> {
  const response = await answered(request, serve);
  // Closing while the caller still sends makes TCP take the answer back (RFC 9112, section 9.6), and no connection is ours
  // to close half of.
  await dropBody(request);
  return response;
}

async function answered(request: Request, serve: (runtime: Runtime) => Promise<Response>): Promise<Response> {
  const runtime = await getRuntime().catch((error: unknown) => {
    if (isAppError(error)) return error;
    throw error;
  });
  if (!isAppError(runtime)) return serve(runtime);
  const { pathname } = new URL(request.url);
  const answer = problemDocument({ baseUrl: baseUrlOfSettings(), metrics: null }, runtime, pathname);
  return responseOf(answer, request.method);
}
