import type { NextRequest } from "next/server";
import { AppError, notFound } from "@/server/core/errors";
import { boundedRequest } from "@/server/core/read-body";
import type { Runtime } from "@/server/runtime/runtime";
import { countProviderVisit } from "@/server/services/admins";
import { readSessionLifetimes } from "@/server/services/settings";
import { challengeTokenIn } from "./challenge-cookie";
import { authOptions } from "./options";
import { principalOf, requestMetaOf } from "./principal";
import { configuredProviders, factorIsOff } from "./providers/configured";
import { REAUTHENTICATION } from "./providers/oidc";
import { runNextAuth } from "./run-next-auth";
import { credentialIn, sessionCookieName } from "./session-cookie";
import { type AuthVisit, refusedSignIn, signInContext } from "./visit";

/**
 * What of NextAuth the console uses. The rest is closed to strangers and to old cookies: `session` would set the cookie
 * anew with each call, and `_log` writes what anybody sends to our log.
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  csrf: ["GET"],
  providers: ["GET"],
  signin: ["GET", "POST"],
  callback: ["GET", "POST"],
  error: ["GET"],
  signout: ["GET", "POST"],
};

/**
 * Where another site sends the browser: a provider back to us, and NextAuth on from there to the page that says why not.
 * They change nothing without the cookies of a sign-in that this browser began (its state, and the secret of PKCE).
 */
export function isReturn(method: string, { nextauth }: { nextauth: string[] }): boolean {
  return method === "GET" && ["callback", "signin", "error"].includes(nextauth[0] ?? "");
}

/**
 * Signing in and out.
 * @throws AppError not_found for what the console does not use, permission_denied for passwords and passkeys where they are off, invalid_request for what NextAuth would take for a fault
 * of ours, unavailable or internal when the session could not be ended: the cookie stays then, so that nobody believes to
 * be signed out who is not
 */
export async function serveAuth(
  runtime: Runtime,
  request: NextRequest,
  { nextauth }: { nextauth: string[] },
): Promise<Response> {
  const [action = "", provider] = nextauth;
  const methods = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  // NextAuth knows no HEAD, which is a GET without the body (RFC 9110, section 9.3.2): Next leaves that out.
  const method = request.method === "HEAD" ? "GET" : request.method;
  if (!methods?.includes(method)) throw notFound();
  const byProvider = configuredProviders(runtime.env).some(({ id }) => id === provider);
  // A provider sends the browser back with GET. With POST it would come without our cookies, or as somebody else's form.
  if (action === "callback" && (method === "GET") !== byProvider) throw notFound();
  if (action === "callback" && runtime.env.PASSWORD_SIGN_IN === "off") refuseOwnFactors(provider);
  if (action === "signin" && method === "POST" && !byProvider) throw notFound();
  const { headers } = request;
  const visit: AuthVisit = {
    meta: requestMetaOf(runtime, headers),
    credential: await credentialIn(runtime, headers),
    challengeToken: challengeTokenIn(runtime, headers),
  };
  if (action === "callback") visit.sessionDays = await sessionDaysOf(runtime, visit);
  // Each asks the provider: a stranger must not be able to have us call it without end.
  if (byProvider && action !== "error") {
    try {
      await countProviderVisit(signInContext(runtime, visit));
    } catch (error) {
      if (action !== "callback") throw error;
      // Back from the provider nobody but the browser would read the refusal: the sign-in page says it.
      const { message } = refusedSignIn(runtime, visit, error);
      return Response.redirect(`${runtime.baseUrl}/sign-in?${new URLSearchParams({ error: message })}`, 303);
    }
  }
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
      // NextAuth would hand on to the provider whatever parameters come with the press of the button.
      query: method === "POST" ? await wishesOf(runtime, visit, provider, headers) : query,
      cookies: readableCookies(runtime, request),
      body,
    },
    authOptions(runtime, visit),
  );
  if (visit.failure) throw visit.failure;
  return answer;
}

/**
 * Where passwords are off, passkeys sign nobody in either: whom the provider has shut out would else come in by what they
 * registered before.
 * @throws AppError permission_denied
 */
function refuseOwnFactors(provider: string | undefined): void {
  if (provider === "credentials") throw factorIsOff("password");
  if (provider === "passkey") throw factorIsOff("passkey");
}

async function sessionDaysOf(runtime: Runtime, visit: AuthVisit): Promise<number> {
  return (await readSessionLifetimes(signInContext(runtime, visit))).sessionDays;
}

/**
 * What is asked of a provider beside the sign-in. A browser that is signed in signs in once more to confirm that it is them:
 * that the provider has a session in this browser tells no more than ours, so it is asked to have them show who they are.
 */
async function wishesOf(
  runtime: Runtime,
  { meta }: AuthVisit,
  provider: string | undefined,
  headers: Headers,
): Promise<Record<string, string>> {
  const isSignedIn = provider === "oidc" && (await principalOf(runtime, headers, meta)) !== null;
  return isSignedIn ? REAUTHENTICATION : {};
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
