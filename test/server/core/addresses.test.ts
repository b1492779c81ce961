import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressFilter, addressNetwork, canonicalAddress, canonicalRange } from "@/server/core/addresses";

type Family = 4 | 6;
const WIDTH = { 4: 32, 6: 128 } as const;

/** An address as a number, with the family it is of. The reference: no library, only bits. */
interface Bits {
  family: Family;
  value: bigint;
}

function write({ family, value }: Bits): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
  const groups = Array.from({ length: 8 }, (_, place) => (value >> BigInt(112 - 16 * place)) & 0xffffn);
  return groups.map((group) => group.toString(16)).join(":");
}

/** Whether the first `prefix` bits are the same. */
function covers(network: Bits, prefix: number, address: Bits): boolean {
  const shift = BigInt(WIDTH[network.family] - prefix);
  return network.family === address.family && network.value >> shift === address.value >> shift;
}

/** IPv4 addresses written as IPv6 are a family of their own, tested below. */
function isMapped({ family, value }: Bits): boolean {
  return family === 6 && value >> 32n === 0xffffn;
}

const address: fc.Arbitrary<Bits> = fc
  .constantFrom<Family>(4, 6)
  .chain((family) =>
    fc.record({
      family: fc.constant(family),
      value: fc.bigInt({ min: 0n, max: (1n << BigInt(WIDTH[family])) - 1n }),
    }),
  )
  .filter((bits) => !isMapped(bits));

const network = address.chain((bits) =>
  fc.tuple(fc.constant(bits), fc.integer({ min: 0, max: WIDTH[bits.family] })),
);

/** An address that shares some leading bits with the network: chance alone would never hit a long prefix. */
const networkAndNeighbour = network.chain(([bits, prefix]) =>
  fc.tuple(
    fc.constant(bits),
    fc.constant(prefix),
    fc
      .integer({ min: 0, max: WIDTH[bits.family] - 1 })
      .map((bit) => ({ ...bits, value: bits.value ^ (1n << BigInt(bit)) })),
  ),
);

describe("An address list", () => {
  test("admits exactly the addresses whose leading bits are the range's", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          networkAndNeighbour,
          fc.tuple(network, address).map(([[n, p], a]) => [n, p, a] as const),
        ),
        ([bits, prefix, candidate]) => {
          fc.pre(!isMapped(candidate));
          const range = canonicalRange(`${write(bits)}/${prefix}`);
          expect(range).not.toBeNull();
          expect(addressFilter([range ?? ""])(write(candidate))).toBe(covers(bits, prefix, candidate));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("admits an address that is on it alone, and no neighbour", () => {
    fc.assert(
      fc.property(networkAndNeighbour, ([bits, , neighbour]) => {
        fc.pre(!isMapped(neighbour));
        const range = canonicalRange(write(bits)) ?? "";
        expect(addressFilter([range])(write(bits))).toBe(true);
        expect(addressFilter([range])(write(neighbour))).toBe(false);
      }),
    );
  });

  test("admits by any of its ranges, and never across families", () => {
    const ranges = ["10.0.0.0/8", "2001:db8::/32"];
    expect(addressFilter(ranges)("10.255.0.1")).toBe(true);
    expect(addressFilter(ranges)("2001:db8:ffff::1")).toBe(true);
    expect(addressFilter(ranges)("11.0.0.1")).toBe(false);
    expect(addressFilter(["0.0.0.0/0"])("::1")).toBe(false);
    expect(addressFilter(["::/0"])("127.0.0.1")).toBe(false);
  });

  test("takes an IPv4 address written as IPv6 for the IPv4 address, on either side", () => {
    expect(addressFilter(["203.0.113.0/24"])("::ffff:203.0.113.7")).toBe(true);
    expect(addressFilter(["203.0.113.0/24"])("::ffff:203.0.114.7")).toBe(false);
    expect(canonicalRange("::ffff:203.0.113.7/120")).toBe("203.0.113.0/24");
    expect(canonicalRange("::ffff:203.0.113.7")).toBe("203.0.113.7/32");
    expect(canonicalAddress("::ffff:203.0.113.7")).toBe("203.0.113.7");
  });

  test("that is empty admits everybody, also an unknown address; any other list does not", () => {
    expect(addressFilter([])(null)).toBe(true);
    expect(addressFilter([])("203.0.113.7")).toBe(true);
    expect(addressFilter(["0.0.0.0/0", "::/0"])(null)).toBe(false);
  });
});

describe("A range", () => {
  test("is stored with its host bits cleared, as Postgres' cidr demands", () => {
    fc.assert(
      fc.property(network, ([bits, prefix]) => {
        const shift = BigInt(WIDTH[bits.family] - prefix);
        const cleared = { ...bits, value: (bits.value >> shift) << shift };
        fc.pre(!isMapped(cleared));
        const range = canonicalRange(`${write(bits)}/${prefix}`);
        expect(range).toBe(`${canonicalAddress(write(cleared))}/${prefix}`);
        expect(canonicalRange(range ?? "")).toBe(range);
      }),
    );
  });

  test("that covers more than what IPv6 has for IPv4 stays one of IPv6", () => {
    expect(canonicalRange("::ffff:203.0.113.7/96")).toBe("0.0.0.0/0");
    expect(canonicalRange("::ffff:203.0.113.7/95")).toBe("::fffe:0:0/95");
  });

  test.each([
    ["203.0.113.7", "203.0.113.0/24"],
    ["203.0.113.255", "203.0.113.0/24"],
    ["2001:db8:1:2::3", "2001:db8:1::/48"],
    ["2001:db8:1:ffff:ffff:ffff:ffff:ffff", "2001:db8:1::/48"],
    ["2001:db8:2::", "2001:db8:2::/48"],
  ])("that one site usually has: of %s it is %s", (address, network) => {
    expect(addressNetwork(address)).toBe(network);
  });

  test.each([
    "",
    "nonsense",
    "1.2.3.4/33",
    "1.2.3.4/-1",
    "1.2.3.4/",
    "/24",
    "1.2.3/24/8",
    "::1/129",
    "::/x",
    "1.2.3.256",
  ])("that is none is refused: %j", (text) => {
    expect(canonicalRange(text)).toBeNull();
  });
});
