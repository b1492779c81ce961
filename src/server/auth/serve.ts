import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { AppError, notFound } from "@/server/core/errors";
import { boundedRequest } from "@/server/core/read-body";
import type { Platform } from "@/server/platform";
import { type AuthVisit, authOptions } from "./options";
import { originOf } from "./principal";
import { credentialIn } from "./session-cookie";

/**
 * What of NextAuth the console uses. The rest is closed to strangers and to old cookies: `session` would set the cookie
 * anew with each call, and `_log` writes what anybody sends to our log.
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  csrf: ["GET"],
  providers: ["GET"],
  signin: ["GET"],
  callback: ["POST"],
  error: ["GET"],
  signout: ["GET", "POST"],
};

/**
 * Signing in and out.
 * @throws AppError not_found for what the console does not use, invalid_request for what NextAuth would take for a fault
 * of ours, unavailable or internal when the session could not be ended: the cookie stays then, so that nobody believes to
 * be signed out who is not
 */
export async function serveAuth(
  platform: Platform,
  request: NextRequest,
  { nextauth }: { nextauth: string[] },
): Promise<Response> {
  const [action = ""] = nextauth;
  const methods = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  // NextAuth knows no HEAD, which is a GET without the body (RFC 9110, section 9.3.2): Next leaves that out.
  const method = request.method === "HEAD" ? "GET" : request.method;
  if (!methods?.includes(method)) throw notFound();
  const { headers } = request;
  const visit: AuthVisit = {
    origin: originOf(platform, headers),
    credential: await credentialIn(platform, headers),
  };
  const params = Promise.resolve({ nextauth });
  // NextAuth would take a body of any size into memory, before it knows anything of whoever sends it.
  const { url, body, headers: sent } = await boundedRequest(request);
  // Of its parts: what Next hands over is a proxy of a request, which from Node 24 on Request does not take for one.
  const bounded = new NextRequest(url, { method, headers: sent, body });
  refuseUnreadableReturn(bounded.nextUrl.searchParams.get("callbackUrl"), platform.baseUrl);
  const answer: Response = await NextAuth(bounded, { params }, authOptions(platform, visit)).catch(
    refuseUnreadable,
  );
  if (visit.failure) throw visit.failure;
  return answer;
}

/** NextAuth reads the body without a look at whether it is JSON. What it throws then would be answered and logged as a fault of ours. */
function refuseUnreadable(error: unknown): never {
  if (error instanceof SyntaxError) throw new AppError("invalid_request", "The body is not JSON.", {}, error);
  throw error;
}

/** An address to return to that is none: NextAuth calls that its own misconfiguration, with 500 and an error in the log. */
function refuseUnreadableReturn(address: string | null, base: string): void {
  if (!address) return;
  const from = address.startsWith("/") ? base : undefined;
  if (!URL.canParse(address, from) || !/^https?:$/.test(new URL(address, from).protocol))
    throw new AppError("invalid_request", "The callbackUrl is no address.");
}
