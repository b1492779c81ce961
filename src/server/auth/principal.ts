import { randomUUID } from "node:crypto";
import { getToken } from "next-auth/jwt";
import { requestIdFrom } from "@/server/core/ids";
import type { AdminPrincipal } from "@/server/core/principal";
import { contextFor, type Origin, type Platform } from "@/server/platform";
import { adminOfSession } from "@/server/services/admins";
import { sessionOf, usesSecureCookies } from "./options";

// Shared by Next's bundle and main.ts's, which live in one process.
const shared = globalThis as typeof globalThis & { keywardPeerHeader?: string };
shared.keywardPeerHeader ??= `x-keyward-peer-${randomUUID()}`;

/**
 * Header in which main.ts hands the peer's address to Next, which hides the socket. Its name is made anew by each process:
 * where Next runs without main.ts nobody removes what callers send, and whoever knew the name could choose, with each
 * guess at a password, another address to be counted under.
 */
export const PEER_HEADER = shared.keywardPeerHeader;

/** Where a request to the console comes from. */
export function originOf(platform: Platform, headers: Headers): Origin {
  const peer = headers.get(PEER_HEADER) ?? undefined;
  return {
    requestId: requestIdFrom(headers.get("traceparent")),
    ip: platform.addressOf(peer, headers.get("x-forwarded-for")),
    userAgent: headers.get("user-agent"),
  };
}

/**
 * The administrator behind a request's session cookie.
 * @returns null without a session, or with one that no longer counts
 */
export async function principalOf(
  platform: Platform,
  headers: Headers,
  origin: Origin,
): Promise<AdminPrincipal | null> {
  // Cookies alone: getToken would also take a session from Authorization, which is where API keys travel. The two must
  // never be mistaken for one another.
  const cookies = cookiesOf(headers.get("cookie"));
  const request = { cookies, headers: {} } as unknown as Parameters<typeof getToken>[0]["req"];
  const secret = platform.sessionSecret;
  const session = sessionOf(
    await getToken({ req: request, secret, secureCookie: usesSecureCookies(platform) }),
  );
  if (!session) return null;
  const admin = await adminOfSession(
    contextFor(platform, { kind: "system", name: "sign-in" }, origin),
    session,
  );
  return admin && { kind: "admin", ...admin };
}

function cookiesOf(header: string | null): Record<string, string> {
  const pairs = (header ?? "").split(";").map((pair) => pair.trim().split("="));
  return Object.fromEntries(pairs.map(([name, ...value]) => [name, value.join("=")]));
}
