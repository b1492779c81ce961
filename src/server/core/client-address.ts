import type { Env } from "@/env";
import { canonicalAddress, membership } from "./addresses";
import type { Logger } from "./logger";

/**
 * The address in an entry of X-Forwarded-For, which has no standard: besides plain addresses there are `192.0.2.7:4711`
 * and `[2001:db8::7]:4711` (Azure's gateways), and what RFC 7239, section 6, gives its like in Forwarded: quotes, `unknown`
 * and names such as `_hidden`, which are no addresses.
 */
function forwardedAddress(entry: string): string | null {
  const text = entry.trim().replace(/^"(.*)"$/, "$1");
  const [, bracketed, plain] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(text) ?? [];
  return canonicalAddress(bracketed ?? plain ?? text);
}

/** Which entries of X-Forwarded-For are to be believed. */
export interface TrustedProxies {
  /** How many proxies in front append to the header; 0 ignores it. */
  count: number;
  /** Whether an address is one that the nearest of them connects from. */
  includes(address: string): boolean;
}

/** Where a call comes from, and what of the settings may be wrong with that. */
export interface ClientAddress {
  /** Null: unknown. On no allowlist, and counted with all others that are unknown. */
  address: string | null;
  /**
   * `unconfigured`: no proxies are counted, and the header arrives. `stranger`: it arrives from a peer outside of the
   * proxies' networks. `hidden`: no proxies are counted, and there is no peer either.
   */
  doubt?: "unconfigured" | "stranger" | "hidden";
}

/**
 * The client's address: the peer's, or the entry of X-Forwarded-For that the outermost trusted proxy wrote, counted from
 * the right. Anything further left is the caller's own claim: believing it would let anybody step around an allowlist, or
 * get someone else's address limited. The same goes for the whole header from a peer that is none of the proxies.
 *
 * A trusted proxy's own address is never the answer: an allowlist with the inner network on it would let the internet in.
 * So a header that is missing, has fewer entries than there are proxies (its left-most may then be anybody's claim), or
 * names no address leaves the address unknown.
 * @param peer of the connection; `undefined` where the hosting hides it and is the only way in (Next on Vercel), so that
 * its header is believed. Empty where a listener could not tell any more: an address like any other stranger's
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | null | undefined,
  proxies: TrustedProxies,
): ClientAddress {
  const nearest = peer === undefined ? null : canonicalAddress(peer);
  const ignoring = (doubt: ClientAddress["doubt"]): ClientAddress =>
    forwardedFor ? { address: nearest, doubt } : { address: nearest };
  // Next alone makes the header up of the peer where none came, so that it says nothing of a proxy there.
  if (proxies.count === 0 && peer === undefined) return { address: null, doubt: "hidden" };
  if (proxies.count === 0) return ignoring("unconfigured");
  if (peer !== undefined && !(nearest && proxies.includes(nearest))) return ignoring("stranger");
  const entry = forwardedFor?.split(",").at(-proxies.count);
  return { address: entry === undefined ? null : forwardedAddress(entry) };
}

const DOUBTS = {
  unconfigured:
    "X-Forwarded-For arrives, and TRUSTED_PROXIES is 0: the address of every call is taken to be the proxy's. Set TRUSTED_PROXIES to the number of reverse proxies in front. Without a proxy, a caller made the header up, and it is rightly ignored.",
  stranger:
    "X-Forwarded-For arrives from an address outside TRUSTED_PROXY_NETWORKS and is ignored. If that is a reverse proxy of yours, add its network; otherwise somebody reaches this port past the proxies.",
  hidden:
    "Next runs without main.ts and hides where calls come from, and TRUSTED_PROXIES is 0: the address of every call is unknown. No address list admits it, and limits by address count all callers as one. Set TRUSTED_PROXIES to the number of proxies in front that append to X-Forwarded-For (1 on Vercel-style hosting).",
};

/** Reads the address that a call comes from; the parameters are those of {@link clientAddress}. */
export type AddressReader = (
  peer: string | undefined,
  forwardedFor: string | null | undefined,
) => string | null;

/** {@link clientAddress} for the settings. Tells each doubt once: strangers can raise it with every call. */
export function addressReader(
  env: Pick<Env, "TRUSTED_PROXIES" | "TRUSTED_PROXY_NETWORKS">,
  logger: Logger,
): AddressReader {
  const proxies = { count: env.TRUSTED_PROXIES, includes: membership(env.TRUSTED_PROXY_NETWORKS) };
  const told = new Set<string>();
  return (peer, forwardedFor) => {
    const { address, doubt } = clientAddress(peer, forwardedFor, proxies);
    if (doubt && !told.has(doubt)) {
      told.add(doubt);
      logger.warn({ peer: address }, DOUBTS[doubt]);
    }
    return address;
  };
}
