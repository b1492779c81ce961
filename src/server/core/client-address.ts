import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { Env } from "@/env";
import type { Logger } from "./logger";

/**
 * Canonical text of an address: an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2) counts as its IPv4 address, and a
 * zone (RFC 4007, section 11: `fe80::1%eth0`) is left out, as it means something on that one machine only.
 * @returns null for anything but the plain spellings: what some readers take for octal or for a 32-bit number (`010.0.0.1`,
 * `1`) could be one address to a proxy and another to an allowlist
 */
export function canonicalAddress(text: string): string | null {
  const address = text.trim().replace(/%.*/, "");
  return isIP(address) !== 0 && ipaddr.isValid(address) ? ipaddr.process(address).toString() : null;
}

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

/** Network form of an address or CIDR range with its host bits cleared (Postgres' cidr refuses them), or null. */
export function canonicalRange(text: string): string | null {
  try {
    const [address, prefix] = text.includes("/") ? ipaddr.parseCIDR(text) : singleAddress(text);
    const mapped = address.kind() === "ipv6" && (address as ipaddr.IPv6).isIPv4MappedAddress();
    if (mapped && prefix >= 96)
      return canonicalRange(`${(address as ipaddr.IPv6).toIPv4Address()}/${prefix - 96}`);
    const family = address.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
    return `${family.networkAddressFromCIDR(`${address}/${prefix}`)}/${prefix}`;
  } catch {
    return null;
  }
}

function singleAddress(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/** Whether the address lies in one of the ranges. An empty list admits every address; an unknown address only that. */
export function addressAllowed(address: string | null, ranges: readonly string[]): boolean {
  if (ranges.length === 0) return true;
  return address !== null && membership(ranges)(address);
}

/** A test for lying in one of the ranges, which are read once for all addresses. Nothing lies in none. */
function membership(ranges: readonly string[]): (address: string) => boolean {
  const networks = ranges.map((range) =>
    range.includes("/") ? ipaddr.parseCIDR(range) : singleAddress(range),
  );
  return (address) => {
    const parsed = ipaddr.process(address);
    return networks.some(
      ([network, prefix]) => network.kind() === parsed.kind() && parsed.match(network, prefix),
    );
  };
}

/**
 * The network that one site usually has: IPv4 by /24, IPv6 by /48.
 * @param address canonical. Taken apart as text where that will do: this is asked for each call in the log.
 */
export function addressNetwork(address: string): string | null {
  if (!address.includes(":")) return `${address.slice(0, address.lastIndexOf("."))}.0/24`;
  return canonicalRange(`${address}/48`);
}
