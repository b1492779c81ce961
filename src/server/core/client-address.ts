import ipaddr from "ipaddr.js";

/** Canonical text of an address; an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2) counts as its IPv4 address. */
export function canonicalAddress(text: string): string | null {
  const trimmed = text.trim();
  return ipaddr.isValid(trimmed) ? ipaddr.process(trimmed).toString() : null;
}

/**
 * The client's address: the socket's, or the entry of X-Forwarded-For that the outermost trusted proxy wrote, counted
 * from the right. Anything further left is the caller's own claim: believing it would let anybody step around an
 * allowlist, or get someone else's address limited.
 * @param trustedProxies number of proxies in front that append to the header; 0 ignores the header
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | null | undefined,
  trustedProxies: number,
): string | null {
  if (trustedProxies > 0 && forwardedFor) {
    const entries = forwardedFor.split(",");
    const claimed = entries[entries.length - trustedProxies];
    // A shorter list than configured means that the call did not pass all proxies: then the left-most entry was
    // written by the first of ours that it did pass.
    const address = canonicalAddress(claimed ?? entries[0] ?? "");
    if (address) return address;
  }
  return socketAddress ? canonicalAddress(socketAddress) : null;
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
  if (!address) return false;
  const parsed = ipaddr.process(address);
  return ranges.some((range) => {
    const [network, prefix] = range.includes("/") ? ipaddr.parseCIDR(range) : singleAddress(range);
    return network.kind() === parsed.kind() && parsed.match(network, prefix);
  });
}

/**
 * The network that one site usually has: IPv4 by /24, IPv6 by /48.
 * @param address canonical. Taken apart as text where that will do: this is asked for each call in the log.
 */
export function addressNetwork(address: string): string | null {
  if (!address.includes(":")) return `${address.slice(0, address.lastIndexOf("."))}.0/24`;
  return canonicalRange(`${address.replace(/%.*$/, "")}/48`);
}
