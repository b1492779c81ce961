import { isIPv4, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";

/**
 * Canonical text of an address: an IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2) counts as its IPv4 address, and a
 * zone (RFC 4007, section 11: `fe80::1%eth0`) is left out, as it means something on that one machine only.
 * @returns null for anything but the plain spellings: what some readers take for octal or for a 32-bit number (`010.0.0.1`,
 * `1`) could be one address to a proxy and another to an allowlist
 */
export function canonicalAddress(text: string): string | null {
  const address = text.trim().replace(/%.*/, "");
  // Node takes four plain decimal numbers only (no `010.0.0.1`), of which there is one spelling.
  if (isIPv4(address)) return address;
  return isIPv6(address) && ipaddr.isValid(address) ? ipaddr.process(address).toString() : null;
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

function networkOf(range: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  return range.includes("/") ? ipaddr.parseCIDR(range) : singleAddress(range);
}

function singleAddress(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/**
 * Whether an address lies in one of the ranges, which are read once for all addresses. An empty list admits every address;
 * an unknown one, `null`, only that.
 */
export function addressFilter(ranges: readonly string[]): (address: string | null) => boolean {
  if (ranges.length === 0) return () => true;
  const isWithin = membership(ranges);
  return (address) => address !== null && isWithin(address);
}

/** A test for lying in one of the ranges, which are read once for all addresses. Nothing lies in none. */
export function membership(ranges: readonly string[]): (address: string) => boolean {
  const networks = ranges.map(networkOf);
  return (address) => {
    const parsed = ipaddr.process(address);
    return networks.some(
      ([network, prefix]) => network.kind() === parsed.kind() && parsed.match(network, prefix),
    );
  };
}

/** A test for every address of a range lying in one of the ranges, which are read once. Nothing lies in none. */
export function rangeMembership(ranges: readonly string[]): (range: string) => boolean {
  const networks = ranges.map(networkOf);
  return (range) => {
    const [address, prefix] = networkOf(range);
    return networks.some(([network, outer]) => {
      return network.kind() === address.kind() && prefix >= outer && address.match(network, outer);
    });
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
