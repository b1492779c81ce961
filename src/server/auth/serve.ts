import type { NextRequest } from "next/server";
import { AppError, notFound } from "@/server/core/errors";
import { boundedRequest } from "@/server/core/read-body";
import { contextFor, type RequestMeta, type Runtime } from "@/server/runtime/runtime";
import { readSessionLifetimes } from "@/server/services/settings";
import { type AuthVisit, authOptions } from "./options";
import { requestMetaOf } from "./principal";
import { runNextAuth } from "./run-next-auth";
import { credentialIn, sessionCookieName } from "./session-cookie";

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
  runtime: Runtime,
  request: NextRequest,
  { nextauth }: { nextauth: string[] },
): Promise<Response> {
  const [action = ""] = nextauth;
  const methods = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  // NextAuth knows no HEAD, which is a GET without the body (RFC 9110, section 9.3.2): Next leaves that out.
  const method = request.method === "HEAD" ? "GET" : request.method;
  if (!methods?.includes(method)) throw notFound();
  const { headers } = request;
  const meta = requestMetaOf(runtime, headers);
  const visit: AuthVisit = { meta, credential: await credentialIn(runtime, headers) };
  if (action === "callback") visit.sessionDays = await sessionDaysOf(runtime, meta);
  // NextAuth would take a body of any size into memory, before it knows anything of whoever sends it.
  const bounded = await boundedRequest(request);
  const query = Object.fromEntries(request.nextUrl.searchParams);
  const body = await bodyOf(bounded);
  refuseUnreadableReturn(query.callbackUrl, runtime.baseUrl);
  refuseUnreadableReturn((body as { callbackUrl?: unknown } | null)?.callbackUrl, runtime.baseUrl);
  const answer = await runNextAuth(
    {
      path: nextauth,
      method,
      headers: Object.fromEntries(headers),
      query,
      cookies: readableCookies(runtime, request),
      body,
    },
    authOptions(runtime, visit),
  );
  if (visit.failure) throw visit.failure;
  return answer;
}

async function sessionDaysOf(runtime: Runtime, meta: RequestMeta): Promise<number> {
  const ctx = contextFor(runtime, { kind: "system", name: "sign-in" }, meta);
  return (await readSessionLifetimes(ctx)).sessionDays;
}

/**
 * Reads JSON or a form.
 * @returns null where neither came
 * @throws AppError invalid_request for JSON that is none
 */
async function bodyOf(request: Request): Promise<unknown> {
  if (request.method !== "POST") return null;
  const type = request.headers.get("content-type") ?? "";
  const text = await request.text();
  if (type.includes("application/x-www-form-urlencoded"))
    return Object.fromEntries(new URLSearchParams(text));
  if (!type.includes("application/json")) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("invalid_request", "The body is not JSON.", {}, error);
  }
}

/**
 * The cookies, without those that NextAuth would answer with a fault of ours, for as long as they stay: an address to return
 * to that is none, and pieces of a session, which it makes and clears where ours would be too long for one cookie. Anybody
 * who serves something else on this host, on another port too, can have set them.
 */
function readableCookies(runtime: Runtime, { cookies }: NextRequest): Record<string, string> {
  const session = sessionCookieName(runtime);
  const readable = cookies.getAll().filter(({ name, value }) => {
    if (name.endsWith("next-auth.callback-url")) return isAddress(value, runtime.baseUrl);
    return name === session || !name.startsWith(session);
  });
  return Object.fromEntries(readable.map(({ name, value }) => [name, value]));
}

/** An address to return to that is none: NextAuth calls that its own misconfiguration, with 500 and an error in the log. */
function refuseUnreadableReturn(address: unknown, base: string): void {
  if (address && !isAddress(address, base))
    throw new AppError("invalid_request", "The callbackUrl is no address.");
}

function isAddress(text: unknown, base: string): boolean {
  if (typeof text !== "string") return false;
  const from = text.startsWith("/") ? base : undefined;
  return URL.canParse(text, from) && /^https?:$/.test(new URL(text, from).protocol);
}
