import { after } from "next/server";
import { PEER_HEADER } from "@/server/auth/principal";
import { createRestApp } from "@/server/rest/app";
import { withPlatform } from "../../with-platform";

let app: ReturnType<typeof createRestApp> | undefined;

/**
 * The public API where Next runs alone (Vercel-style hosting). Under main.ts no request comes this far. One that did
 * would bring the caller's address in {@link PEER_HEADER}: else a forged path would call with no address.
 */
function handler(request: Request): Promise<Response> {
  return withPlatform(request, async (platform) => {
    app ??= createRestApp(platform);
    const socketAddress = request.headers.get(PEER_HEADER) ?? undefined;
    const response = await app.fetch(request, { socketAddress });
    // A function may be frozen once it has answered; what is pending is written before that.
    after(() => Promise.all([platform.lastUse.flush(), platform.requestLog.flush()]));
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
