import { randomUUID } from "node:crypto";
import { UNATTENDED_HEADER } from "@/contracts/headers";
import { requestIdFrom } from "@/server/core/ids";
import type { AdminPrincipal } from "@/server/core/principal";
import { contextFor, type RequestMeta, type Runtime } from "@/server/runtime/runtime";
import { adminOfSession } from "@/server/services/sessions";
import { credentialIn } from "./session-cookie";

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
export function requestMetaOf(runtime: Runtime, headers: Headers): RequestMeta {
  const peer = headers.get(PEER_HEADER) ?? undefined;
  return {
    requestId: requestIdFrom(headers.get("traceparent")),
    ip: runtime.addressOf(peer, headers.get("x-forwarded-for")),
    userAgent: headers.get("user-agent"),
  };
}

/**
 * The administrator behind a request's session cookie.
 * @returns null without a session, or with one that no longer counts
 */
export async function principalOf(
  runtime: Runtime,
  headers: Headers,
  meta: RequestMeta,
): Promise<AdminPrincipal | null> {
  const credential = await credentialIn(runtime, headers);
  if (!credential) return null;
  const found = await adminOfSession(
    contextFor(runtime, { kind: "system", name: "sign-in" }, meta),
    credential,
    { isUnattended: headers.has(UNATTENDED_HEADER) },
  );
  if (!found) return null;
  const { admin, ...session } = found;
  return { kind: "admin", ...admin, ...session };
}
