import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalOrigin, originFilter } from "@/contracts/origins";
import { createKeySchema } from "@/contracts/schemas/keys";
import { originSchema } from "@/contracts/schemas/origins";
import { issuesOf } from "@/lib/errors";

describe("An origin", () => {
  test.each([
    ["https://app.example.com", "https://app.example.com"],
    ["https://app.example.com/", "https://app.example.com"],
    ["HTTPS://App.Example.COM", "https://app.example.com"],
    ["https://app.example.com:443", "https://app.example.com"],
    ["http://app.example.com:80", "http://app.example.com"],
    ["http://app.example.com:443", "http://app.example.com:443"],
    ["http://localhost:3000", "http://localhost:3000"],
    ["https://bücher.example", "https://xn--bcher-kva.example"],
    ["https://192.0.2.7:8443", "https://192.0.2.7:8443"],
    ["https://[2001:DB8::0:1]", "https://[2001:db8::1]"],
  ])("%s is kept as browsers send it: %s", (text, canonical) => {
    expect(canonicalOrigin(text)).toBe(canonical);
    expect(originSchema.parse(` ${text} `)).toBe(canonical);
  });

  test.each([
    "",
    "null",
    "*",
    "app.example.com",
    "//app.example.com",
    "https://",
    "https://app.example.com/path",
    "https://app.example.com/?",
    "https://app.example.com?query",
    "https://app.example.com#fragment",
    "https://user@app.example.com",
    "https://user:word@app.example.com",
    "https://app.example.com\\@evil.example",
    "https://*.example.com",
    "https://*",
    "https://app.example%2ecom",
    "https://app.example.com:99999",
    "https://app.example.com:port",
    "https://app example.com",
    "https://app.example.com\thttps://evil.example",
    "https:app.example.com",
    "ftp://app.example.com",
    "javascript:alert(1)",
    "file:///etc/passwd",
  ])("that is none, or says more or less than one, is refused: %j", (text) => {
    expect(canonicalOrigin(text)).toBeNull();
    expect(issuesOf(originSchema.safeParse(text))).toMatchObject([
      { message: "Must be an origin such as https://app.example.com" },
    ]);
  });

  test("of any address is that which a browser would send, and stays so when it is read again", () => {
    const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: null });
    fc.assert(
      fc.property(fc.constantFrom("http", "https"), fc.domain(), port, (scheme, host, port) => {
        const { origin } = new URL(`${scheme}://${host}${port === null ? "" : `:${port}`}/path?query`);
        expect(canonicalOrigin(origin)).toBe(origin);
      }),
      { numRuns: 50 },
    );
  });

  test("is there once in a list, and a list has twenty at most, each told by its place where it is wrong", () => {
    const key = { name: "Web", environment: "staging", permissions: ["customers:read"] };
    const read = (allowedOrigins: unknown) => createKeySchema.safeParse({ ...key, allowedOrigins });
    expect(read(["https://a.example", "https://A.example/", "https://a.example:443"]).data).toMatchObject({
      allowedOrigins: ["https://a.example"],
    });
    const many = (count: number) => Array.from({ length: count }, (_, n) => `https://${n}.example`);
    expect(read(many(20)).success).toBe(true);
    expect(issuesOf(read(many(21)))).toMatchObject([{ path: "allowedOrigins" }]);
    expect(issuesOf(read(["https://a.example", "null"]))).toMatchObject([{ path: "allowedOrigins.1" }]);
  });
});

describe("A list of origins", () => {
  const admits = originFilter(["https://app.example.com", "http://localhost:3000"]);

  test.each([
    ["https://app.example.com", true],
    ["http://localhost:3000", true],
    [null, true],
    ["null", false],
    ["", false],
    ["http://app.example.com", false],
    ["https://app.example.com:8443", false],
    ["https://app.example.com.evil.example", false],
    ["https://evil.example", false],
    ["https://sub.app.example.com", false],
    ["https://app.example.com, https://evil.example", false],
  ])("admits what is on it, and calls that name none: %s %s", (origin, isAdmitted) => {
    expect(admits(origin)).toBe(isAdmitted);
  });

  test("that is empty admits whatever a call names", () => {
    for (const origin of [null, "null", "https://evil.example"]) expect(originFilter([])(origin)).toBe(true);
  });
});
