import type { LookupAddress, LookupOptions } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { membership } from "@/server/core/addresses";

/** Finds all addresses of a name, as `dns.lookup` does. */
export type Resolve = (
  name: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** The target is nothing that webhooks may be sent to; the message may be shown. */
export class TargetRefusedError extends Error {
  override name = "TargetRefusedError";
}

/** What of IPv6 is given out to the public (RFC 4291, section 2.4; IANA's registry of global unicast addresses). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** Answers machines of Azure about themselves, out of a range that is public otherwise. */
const METADATA_IN_PUBLIC_RANGE = ["168.63.129.16"];

/**
 * Whether an address is anybody's on the internet, and not this machine's, its network's or its cloud's: none that is loopback,
 * private, link-local, shared (CGNAT), multicast or reserved, nor one that stands for an IPv4 address in another dress
 * (6to4, Teredo, NAT64), whose gateway may lead inside.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // Of an IPv4-mapped address the IPv4 address.
  const parsed = ipaddr.process(address);
  if (METADATA_IN_PUBLIC_RANGE.includes(parsed.toString())) return false;
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || (parsed as ipaddr.IPv6).match(GLOBAL_UNICAST);
}

/** Which targets webhooks may be sent to. */
export class TargetRule {
  readonly #isNamed: (address: string) => boolean;
  readonly #namesNone: boolean;
  readonly #resolve: Resolve;

  /** @param networks private ones that the operator has named */
  constructor(networks: readonly string[], resolve: Resolve) {
    this.#isNamed = membership(networks);
    this.#namesNone = networks.length === 0;
    this.#resolve = resolve;
  }

  /** Why nothing can be sent there, as far as the URL alone tells; null: it may be. */
  refusalOf({ protocol, hostname }: URL): string | null {
    if (protocol === "http:" && this.#namesNone)
      return "Must begin with https://: what is sent in the clear can be read and changed on its way";
    const host = hostname.replace(/^\[|\]$/g, "");
    // No name, so nothing is looked up that could be checked then.
    return isIP(host) !== 0 && !this.#admits(host, protocol) ? refusal(host, protocol) : null;
  }

  /**
   * Looks a name up for a connection, which is made to one of these addresses and to no other: so a name that leads elsewhere
   * when it is asked again (DNS rebinding) gains nothing. Every address counts: a name with a public and a private one is
   * somebody's trick, or a mistake.
   */
  lookUp({ protocol }: URL): LookupFunction {
    return (name, options, done) => {
      this.#resolve(name, { ...options, all: true }, (error, addresses) => {
        const inside = addresses?.find(({ address }) => !this.#admits(address, protocol));
        const [first] = addresses ?? [];
        if (error) done(error, []);
        else if (inside) done(new TargetRefusedError(refusal(inside.address, protocol)), []);
        else if (!first) done(new TargetRefusedError("Has no address"), []);
        else if (options.all) done(null, addresses);
        else done(null, first.address, first.family);
      });
    };
  }

  #admits(address: string, protocol: string): boolean {
    return this.#isNamed(address) || (protocol === "https:" && isPublicAddress(address));
  }
}

function refusal(address: string, protocol: string): string {
  return protocol === "http:"
    ? `Leads to ${address} without TLS, which is for networks that the operator has named alone (WEBHOOK_PRIVATE_NETWORKS)`
    : `Leads to ${address}, which is no public address. The operator can name private networks (WEBHOOK_PRIVATE_NETWORKS)`;
}
