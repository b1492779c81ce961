import { after } from "next/server";
import { createFetchHandler } from "@/gateway/http/fetch-handler";
import { PEER_HEADER } from "@/server/auth/principal";
import { withRuntime } from "../../with-runtime";

let handle: ReturnType<typeof createFetchHandler> | undefined;

/**
 * The public API where Next runs alone (Vercel-style hosting). Under main.ts no request comes this far. One that did
 * would bring the caller's address in {@link PEER_HEADER}: else a forged path would call with no address.
 */
function handler(request: Request): Promise<Response> {
  return withRuntime(request, async (runtime) => {
    handle ??= createFetchHandler(runtime);
    const response = await handle(request, request.headers.get(PEER_HEADER) ?? undefined);
    // A function may be frozen once it has answered; what is pending is written before that.
    after(() =>
      Promise.all([runtime.lastUse.flush(), runtime.requestLog.settle(), runtime.tracing?.flush()]),
    );
    return response;
  });
}

export {
  handler as DELETE,
  handler as GET,
  handler as HEAD,
  handler as OPTIONS,
  handler as PATCH,
  handler as POST,
  handler as PUT,
};
