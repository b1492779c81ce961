import { CHALLENGE_LIFE_MS } from "@/contracts/passkeys";
import type { Runtime } from "@/server/runtime/runtime";
import { cookiesOf, usesSecureCookies } from "./session-cookie";

/** Over HTTPS with the prefix that a neighbouring subdomain cannot set (RFC 6265bis, section 4.1.3.2). */
function challengeCookieName(runtime: Runtime): string {
  return `${usesSecureCookies(runtime) ? "__Host-" : ""}keyward.passkey-challenge`;
}

/**
 * Sets the cookie that binds the challenge of a sign-in by passkey to the browser that has asked for it, for as long as the
 * challenge lasts. No script can read it, and no other site has it sent.
 */
export function challengeCookie(runtime: Runtime, token: string): string {
  return [
    `${challengeCookieName(runtime)}=${token}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Strict",
    `Max-Age=${CHALLENGE_LIFE_MS / 1_000}`,
    ...(usesSecureCookies(runtime) ? ["Secure"] : []),
  ].join("; ");
}

/** The token in that cookie. @param headers of the request that brings the answer */
export function challengeTokenIn(runtime: Runtime, headers: Headers): string | undefined {
  return cookiesOf(headers.get("cookie"))[challengeCookieName(runtime)] || undefined;
}
