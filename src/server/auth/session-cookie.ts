import { decode } from "next-auth/jwt";
import type { Id } from "@/contracts/ids";
import { isHttps } from "@/server/core/security-headers";
import type { Runtime } from "@/server/runtime/runtime";
import type { SessionCredential } from "@/server/services/sessions";

/** Secure cookies where the deployment is reached over HTTPS; on a laptop's plain HTTP a browser would drop them. */
export function usesSecureCookies(runtime: Runtime): boolean {
  return isHttps(runtime.baseUrl);
}

export function sessionCookieName(runtime: Runtime): string {
  return `${usesSecureCookies(runtime) ? "__Secure-" : ""}next-auth.session-token`;
}

/** A token of ours, which is also what sets it apart from an encrypted cookie of before. */
const TOKEN = /^[\w-]{43}$/;

/**
 * The credential in a request's session cookie. From the cookie alone: Authorization is where API keys travel, and the two
 * must never be mistaken for one another.
 * @returns null without a cookie, or with one that no sign-in has made
 */
export async function credentialIn(runtime: Runtime, headers: Headers): Promise<SessionCredential | null> {
  const value = sessionCookieIn(runtime, headers.get("cookie"));
  if (!value) return null;
  return TOKEN.test(value) ? { kind: "token", token: value } : legacyCredential(runtime, value);
}

/**
 * Reads a cookie that was made before sessions were rows: encrypted and authenticated with the session secret, good for
 * twelve hours. It says whose session it was; whether that still counts is in the row that the migration made.
 */
async function legacyCredential(runtime: Runtime, value: string): Promise<SessionCredential | null> {
  const token = await decode({ token: value, secret: runtime.sessionSecret }).catch(() => null);
  if (typeof token?.sub !== "string" || typeof token.sessionVersion !== "number") return null;
  return { kind: "legacy", adminId: token.sub as Id<"adm">, sessionVersion: token.sessionVersion };
}

/** What stands in the session cookie, whatever it is worth. @param header the request's `Cookie` */
export function sessionCookieIn(runtime: Runtime, header: string | null): string | null {
  return cookiesOf(header)[sessionCookieName(runtime)] || null;
}

/** The cookies of a request by name. @param header the request's `Cookie` */
export function cookiesOf(header: string | null): Record<string, string> {
  const pairs = (header ?? "").split(";").map((pair) => pair.trim().split("="));
  return Object.fromEntries(pairs.map(([name, ...value]) => [name, value.join("=")]));
}
