import { describe, expect, test } from "vitest";
import { webhookUrlSchema } from "@/contracts/schemas/webhooks";
import { readEnv } from "@/env";
import { createWebhookSender } from "@/server/webhooks/sender";
import { isPublicAddress } from "@/server/webhooks/target";

describe("An address is public", () => {
  test.each([
    "8.8.8.8",
    "1.1.1.1",
    "192.0.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700:4700::1111",
    "::ffff:8.8.8.8",
  ])("or not: %s is", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each([
    ["unspecified", "0.0.0.0"],
    ["this network", "0.1.2.3"],
    ["loopback", "127.0.0.1"],
    ["all of loopback", "127.255.255.254"],
    ["private, 10/8", "10.1.2.3"],
    ["private, 172.16/12", "172.31.255.255"],
    ["private, 192.168/16", "192.168.0.1"],
    ["link-local", "169.254.1.1"],
    ["metadata of clouds", "169.254.169.254"],
    ["metadata of Alibaba Cloud, in CGNAT", "100.100.100.200"],
    ["metadata of Azure, in a public range", "168.63.129.16"],
    ["metadata of Azure, IPv4-mapped", "::ffff:168.63.129.16"],
    ["metadata of Azure, IPv4-mapped in hexadecimal", "::ffff:a83f:8110"],
    ["metadata of Oracle Cloud, reserved", "192.0.0.192"],
    ["CGNAT", "100.64.0.1"],
    ["benchmarking", "198.18.0.1"],
    ["documentation", "203.0.113.1"],
    ["multicast", "224.0.0.1"],
    ["reserved", "240.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["unspecified, IPv6", "::"],
    ["loopback, IPv6", "::1"],
    ["link-local, IPv6", "fe80::1"],
    ["link-local with a zone", "fe80::1%eth0"],
    ["unique local", "fd00::1"],
    ["metadata of AWS by IPv6", "fd00:ec2::254"],
    ["site-local", "fec0::1"],
    ["multicast, IPv6", "ff02::1"],
    ["IPv4-mapped", "::ffff:127.0.0.1"],
    ["IPv4-compatible", "::127.0.0.1"],
    ["6to4 of a private address", "2002:a00:1::1"],
    ["NAT64", "64:ff9b::a00:1"],
    ["NAT64, local", "64:ff9b:1::a00:1"],
    ["Teredo", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    ["documentation, IPv6", "2001:db8::1"],
    ["discard", "100::1"],
    ["no address", "localhost"],
  ])("or not: %s is none, %s", (_kind, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

const strict = createWebhookSender(readEnv({}));
/** Why a URL is refused, by its schema or by where it leads. */
function refusalOf(url: string): string | null {
  const read = webhookUrlSchema.safeParse(url);
  return read.success ? strict.refusalOf(read.data) : (read.error.issues[0]?.message ?? "");
}

describe("A URL of a webhook", () => {
  test.each([
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://127.0.0.1./",
    "https://①②⑦.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://168.63.129.16/",
    "https://[::ffff:168.63.129.16]/",
    "https://10.0.0.1:8443/",
    "https://[fd00:ec2::254]/",
  ])("that is a private address in whatever notation is refused: %s", (url) => {
    expect(refusalOf(url)).toMatch(/no public address/);
  });

  test.each([
    ["http://example.com/", /https:\/\//],
    ["ftp://example.com/", /https:\/\//],
    ["file:///etc/passwd", /https:\/\//],
    ["javascript:alert(1)", /https:\/\//],
    ["example.com", /Must be a URL/],
    ["https://", /Must be a URL/],
    ["https://user:password@example.com/", /user or a password/],
    ["https://user@example.com/", /user or a password/],
    ["https://example.com/#part", /fragment/],
    [`https://example.com/${"a".repeat(2_000)}`, /at most 2000/],
    ["https://example.com/?key=kw_prod_0123456789ABCDEFGHIJKLMNOPQRSTUVabcdef", /API key/],
  ])("that is none, or holds what it must not, is refused: %s", (url, why) => {
    expect(refusalOf(url)).toMatch(why);
  });

  test("is kept in the one form that is connected to", () => {
    expect(webhookUrlSchema.parse(" HTTPS://EXAMPLE.com:443/a/../b?c=d ")).toBe("https://example.com/b?c=d");
    expect(refusalOf("https://example.com:8443/hook?token=1")).toBeNull();
    expect(refusalOf("https://8.8.8.8/")).toBeNull();
  });

  test("leads to a private address, also without TLS, where the operator has named the network, and to no other", () => {
    const named = createWebhookSender(readEnv({ WEBHOOK_PRIVATE_NETWORKS: "10.1.0.0/16, fd00::/8" }));
    expect(named.refusalOf("https://10.1.2.3/")).toBeNull();
    expect(named.refusalOf("http://10.1.2.3/")).toBeNull();
    expect(named.refusalOf("http://[fd00::1]/")).toBeNull();
    expect(named.refusalOf("https://10.2.0.1/")).toMatch(/no public address/);
    expect(named.refusalOf("http://8.8.8.8/")).toMatch(/without TLS/);
  });
});
