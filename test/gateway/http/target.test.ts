import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalTarget } from "@/gateway/http/target";

describe("The one spelling of a request target", () => {
  test.each([
    ["/api/v1/production/key", "/api/v1/production/key"],
    ["/api/v1/key?limit=1&search=%2F..%2F", "/api/v1/key?limit=1&search=%2F..%2F"],
    ["/", "/"],
    ["/?a", "/?a"],
    ["/./api/v1/key", "/api/v1/key"],
    ["/x/../api/v1/key", "/api/v1/key"],
    ["/_next/../api/v1/key?x=/../", "/api/v1/key?x=/../"],
    ["/x/%2e%2E/api/v1/key", "/api/v1/key"],
    ["/%61pi/v1/key", "/api/v1/key"],
    ["//api//v1/key", "/api/v1/key"],
    ["/\\api\\v1/key", "/api/v1/key"],
    ["/../../api/v1/key", "/api/v1/key"],
    ["http://keyward.test/api/v1/key", "/api/v1/key"],
    ["HTTPS://user@[::1]:80/x/../api/v1/key?a", "/api/v1/key?a"],
    ["http://keyward.test", "/"],
    ["http://keyward.test?a", "/?a"],
    ["/api/v1/key/", "/api/v1/key/"],
    ["/api%2Fv1/key", "/api%2Fv1/key"],
    ["/api-keys/%ff", "/api-keys/%25ff"],
    ["/api-keys/%", "/api-keys/%25"],
    ["/a%20b/%C3%A4", "/a%20b/%C3%A4"],
    ["/a#b", "/a%23b"],
  ])("of %s is %s", (target, spelling) => {
    expect(canonicalTarget(target)).toBe(spelling);
  });

  test.each(["*", "api/v1/key", "keyward.test:443", "ftp://keyward.test/"])(
    "of %j does not exist",
    (target) => {
      expect(canonicalTarget(target)).toBeNull();
    },
  );

  test("is its own, has no dot segments and nothing that encodes no text, whatever was sent", () => {
    const part = fc.constantFrom(
      "/",
      ".",
      "..",
      "%2e",
      "%2F",
      "%ff",
      "%",
      "\\",
      "a",
      "ä",
      "?",
      "#",
      "api",
      "%61",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const spelling = canonicalTarget(`/${parts.join("")}`) ?? "";
        expect(canonicalTarget(spelling)).toBe(spelling);
        const [path = ""] = spelling.split("?", 1);
        expect(path).toMatch(/^\//);
        expect(path).not.toMatch(/\/\.{1,2}(\/|$)|\/\/|\\/);
        expect(() => decodeURIComponent(path)).not.toThrow();
      }),
    );
  });
});
