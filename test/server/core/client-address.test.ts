import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEnv } from "@/env";
import { canonicalAddress } from "@/server/core/addresses";
import { addressReader, clientAddress } from "@/server/core/client-address";
import { createLogger } from "@/server/core/logger";

/** As somebody may write it. */
const address = fc.oneof(fc.ipV4(), fc.ipV6());

describe("The client's address", () => {
  const PROXY = "10.0.0.9";
  const CLIENT = "203.0.113.7";

  /** What is read behind so many proxies, all in private networks. */
  const read = (peer: string | undefined, header: string | null, count = 1) =>
    clientAddress(peer, header, { count, includes: (address) => address.startsWith("10.") }).address;

  test("is the peer's where no proxy is counted, whatever the caller claims", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), address), (claim) => {
        expect(read(PROXY, claim, 0)).toBe(PROXY);
      }),
    );
  });

  test("is the entry that the outermost trusted proxy wrote, whatever stands left of it", () => {
    const claims = fc.array(
      fc.oneof(
        address,
        fc.string().map((text) => text.replaceAll(",", "")),
      ),
      {
        maxLength: 5,
      },
    );
    const proxies = fc
      .integer({ min: 1, max: 4 })
      .chain((count) => fc.array(address, { minLength: count, maxLength: count }));
    fc.assert(
      fc.property(claims, proxies, (claimed, written) => {
        const header = [...claimed, ...written].join(", ");
        expect(read(PROXY, header, written.length)).toBe(canonicalAddress(written[0] ?? ""));
      }),
    );
  });

  test.each([
    ["203.0.113.7:0", CLIENT],
    ["203.0.113.7:65535", CLIENT],
    ['"203.0.113.7:4711"', CLIENT],
    ['"203.0.113.7"', CLIENT],
    ["  203.0.113.7\t", CLIENT],
    ["[2001:db8::7]:4711", "2001:db8::7"],
    ['"[2001:DB8::7]:4711"', "2001:db8::7"],
    ["[2001:db8::7]", "2001:db8::7"],
    ["2001:db8::7", "2001:db8::7"],
    ["::ffff:203.0.113.7", CLIENT],
    ["[::ffff:cb00:7107]:80", CLIENT],
    ["[203.0.113.7]:80", CLIENT],
    ["fe80::1%eth0", "fe80::1"],
    ["[fe80::1%25eth0]:80", "fe80::1"],
  ])("is read from the entry %j as %s", (entry, address) => {
    expect(read(PROXY, `192.0.2.255, ${entry}`)).toBe(address);
  });

  test.each([
    ["a name", "192.0.2.255, unknown"],
    ["a hidden name (RFC 7239, section 6.3)", "192.0.2.255, _SEVKISEK"],
    ["a host", "192.0.2.255, client.example"],
    ["nothing", "192.0.2.255, "],
    ["an empty header", ""],
    ["a number that some take for an address", "192.0.2.255, 3405803783"],
    ["three parts", "192.0.2.255, 203.0.113"],
    ["leading zeros, octal to some", "192.0.2.255, 203.0.0113.7"],
    ["a part too large", "192.0.2.255, 203.0.113.256"],
    ["an open bracket", "192.0.2.255, [2001:db8::7"],
    ["a port without a number", "192.0.2.255, 203.0.113.7:"],
    ["a port of six digits", "192.0.2.255, 203.0.113.7:123456"],
    ["a quote too few", '192.0.2.255, "203.0.113.7'],
    ["two addresses", "192.0.2.255, 203.0.113.7 203.0.113.8"],
    ["a letter before an address with a port", "192.0.2.255, x203.0.113.7:80"],
    ["a letter behind its port", "192.0.2.255, 203.0.113.7:80x"],
    ["a letter before brackets", "192.0.2.255, x[2001:db8::7]"],
    ["a letter behind brackets", "192.0.2.255, [2001:db8::7]x"],
    ["a port of six digits behind brackets", "192.0.2.255, [2001:db8::7]:123456"],
    ["a port behind brackets that is no number", "192.0.2.255, [2001:db8::7]:x"],
    ["quotes that begin late", '192.0.2.255, 20"3.0.113.7"'],
    ["quotes that end early", '192.0.2.255, "203.0.113."7'],
    ["an element of Forwarded", "192.0.2.255, for=203.0.113.7"],
  ])("is unknown, and never the proxy's, where the proxy wrote %s", (_, header) => {
    expect(read(PROXY, header)).toBeNull();
  });

  test("is unknown behind a proxy that wrote no header: its own address would open lists with the inner network", () => {
    expect(read(PROXY, null)).toBeNull();
  });

  test("is unknown where there are fewer entries than proxies: the left-most may be anybody's claim", () => {
    expect(read(PROXY, `${CLIENT}, 10.0.0.1`, 2)).toBe(CLIENT);
    expect(read(PROXY, `${CLIENT}, 10.0.0.1`, 3)).toBeNull();
  });

  test("is the peer's where that is none of the proxies: it reached the port past them, and its header is a claim", () => {
    expect(read("203.0.113.9", "192.0.2.255")).toBe("203.0.113.9");
    expect(read("203.0.113.9", "192.0.2.255, 10.0.0.1", 2)).toBe("203.0.113.9");
    expect(read("203.0.113.9", null)).toBe("203.0.113.9");
  });

  test("is the header's without a peer where the hosting hides it, and unknown where the peer has gone", () => {
    expect(read(undefined, `192.0.2.255, ${CLIENT}`)).toBe(CLIENT);
    expect(read(undefined, null)).toBeNull();
    expect(read("", CLIENT)).toBeNull();
    expect(read("not an address", CLIENT)).toBeNull();
    expect(read(undefined, CLIENT, 0)).toBeNull();
    expect(read("not an address", null, 0)).toBeNull();
  });

  test("has one form, however it was written", () => {
    for (const text of ["2001:DB8:0:0:0:0:0:1", "2001:db8::1", " 2001:0db8::0001 "]) {
      expect(canonicalAddress(text)).toBe("2001:db8::1");
    }
    expect(read("::ffff:203.0.113.7", null, 0)).toBe(CLIENT);
    expect(read("fe80::1%eth0", null, 0)).toBe("fe80::1");
  });
});

describe("The networks that X-Forwarded-For is believed from", () => {
  /** @returns the warnings as well: whose header it was, and what is said */
  function reader(settings: Record<string, string>) {
    const warnings: { peer: string; msg: string }[] = [];
    const logger = createLogger("warn", { write: (line) => void warnings.push(JSON.parse(line)) });
    return { read: addressReader(readEnv({ NODE_ENV: "test", ...settings }), logger), warnings };
  }

  test.each([
    ["127.0.0.1", true],
    ["127.255.255.255", true],
    ["128.0.0.0", false],
    ["126.255.255.255", false],
    ["9.255.255.255", false],
    ["10.0.0.0", true],
    ["10.255.255.255", true],
    ["11.0.0.0", false],
    ["172.15.255.255", false],
    ["172.16.0.0", true],
    ["172.31.255.255", true],
    ["172.32.0.0", false],
    ["192.167.255.255", false],
    ["192.168.0.0", true],
    ["192.168.255.255", true],
    ["192.169.0.0", false],
    ["169.254.0.1", true],
    ["169.255.0.1", false],
    ["100.63.255.255", false],
    ["100.64.0.0", true],
    ["100.127.255.255", true],
    ["100.128.0.0", false],
    ["::1", true],
    ["::2", false],
    ["::ffff:10.0.0.1", true],
    ["::ffff:11.0.0.1", false],
    ["fe80::1%eth0", true],
    ["febf::1", true],
    ["fec0::1", false],
    ["fbff::1", false],
    ["fc00::1", true],
    ["fdff::1", true],
    ["fe00::1", false],
  ])("are loopback and private unless set: from %s is %s", (peer, believed) => {
    const { read } = reader({ TRUSTED_PROXIES: "1" });
    expect(read(peer, "203.0.113.7")).toBe(believed ? "203.0.113.7" : canonicalAddress(peer));
  });

  test("are those of the setting alone where it is given", () => {
    const { read } = reader({ TRUSTED_PROXIES: "1", TRUSTED_PROXY_NETWORKS: "192.0.2.1, 2001:db8::/64" });
    expect(read("192.0.2.1", "203.0.113.7")).toBe("203.0.113.7");
    expect(read("2001:db8::ffff", "203.0.113.7")).toBe("203.0.113.7");
    expect(read("192.0.2.2", "203.0.113.7")).toBe("192.0.2.2");
    expect(read("10.0.0.1", "203.0.113.7")).toBe("10.0.0.1");
  });

  test("are refused at start where one is none, by the setting's name", () => {
    expect(() => readEnv({ TRUSTED_PROXY_NETWORKS: "10.0.0.0/8,10.0.0.0/33" })).toThrow(
      /TRUSTED_PROXY_NETWORKS/,
    );
  });

  test("a header that is not believed is warned of once, with the setting to change", () => {
    const unconfigured = reader({});
    for (const none of [null, "", undefined]) unconfigured.read("10.0.0.1", none);
    expect(unconfigured.warnings).toEqual([]);
    for (const header of ["203.0.113.7", "203.0.113.8"]) unconfigured.read("10.0.0.1", header);
    expect(unconfigured.warnings).toMatchObject([
      { peer: "10.0.0.1", msg: expect.stringContaining("Set TRUSTED_PROXIES") },
    ]);

    const past = reader({ TRUSTED_PROXIES: "1" });
    past.read("10.0.0.1", "203.0.113.7");
    expect(past.warnings).toEqual([]);
    for (const peer of ["203.0.113.9", "203.0.113.10"]) past.read(peer, "203.0.113.7");
    expect(past.warnings).toMatchObject([
      { peer: "203.0.113.9", msg: expect.stringContaining("TRUSTED_PROXY_NETWORKS") },
    ]);
  });

  test("where the hosting hides the peer and no proxies are counted, that is warned of, and no proxy is claimed to be there", () => {
    const { read, warnings } = reader({});
    for (const header of [null, "203.0.113.7"]) expect(read(undefined, header)).toBeNull();
    expect(warnings).toMatchObject([
      { peer: null, msg: expect.stringContaining("the address of every call is unknown") },
    ]);
    expect(warnings[0]?.msg).not.toContain("arrives");
  });
});
