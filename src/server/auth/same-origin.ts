import { AppError } from "@/server/core/errors";
import { isHttps } from "@/server/core/security-headers";
import type { Runtime } from "@/server/runtime/runtime";

/**
 * Refuses what another site has a signed-in browser send: a form, a script or a link elsewhere would act with the
 * administrator's cookie. `SameSite=Lax` on the cookie stops part of it, but not what comes from another port of the same
 * host or a neighbouring subdomain, nor a link.
 *
 * The browser says where a request comes from in headers that no page can set: `Sec-Fetch-Site` (Fetch Metadata, section
 * 2.3), over plain HTTP only `Origin` (RFC 6454, section 7) and `Referer`.
 * @param proof for what changes something or gives a file: it has to come from our own page, or, where it only reads, from
 * the address bar. Without it a request whose headers say nothing passes: another site cannot read the answer.
 * @throws AppError cross_origin
 */
export function refuseOtherSites(runtime: Runtime, request: Request, { proof }: { proof: boolean }): void {
  const source = sourceOf(runtime, request);
  if (source === "own" || (source === "unknown" && !proof)) return;
  throw new AppError(
    "cross_origin",
    `This was not sent by a page of the console. Open the console at ${runtime.baseUrl} and try again.`,
  );
}

function sourceOf(runtime: Runtime, { method, headers }: Request): "own" | "other" | "unknown" {
  const site = headers.get("sec-fetch-site");
  // Typed, or from a bookmark: by the person, who can have changes sent by a page alone.
  if (site === "none") return method === "GET" || method === "HEAD" ? "own" : "other";
  if (site !== null) return site === "same-origin" ? "own" : "other";
  const origin = headers.get("origin") ?? headers.get("referer");
  if (origin === null) return "unknown";
  return isOwnOrigin(runtime, origin, headers.get("host")) ? "own" : "other";
}

/**
 * Whether an address is the deployment's: by its public URL, or, on a laptop that is reached by an address of the local
 * network, by the name that was called. A page under a name that its owner turned to our address (DNS rebinding) has that
 * name too, but no cookie of ours.
 */
function isOwnOrigin({ baseUrl }: Runtime, address: string, host: string | null): boolean {
  if (!URL.canParse(address)) return false;
  const own = new URL(baseUrl);
  const origin = new URL(address);
  if (origin.origin === own.origin) return true;
  // Whoever sits in between can serve pages under our name without TLS.
  const downgraded = isHttps(baseUrl) && !isHttps(address);
  return origin.host === host && !downgraded;
}
