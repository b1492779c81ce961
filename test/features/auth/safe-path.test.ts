import { describe, expect, test } from "vitest";
import { safePath } from "@/features/auth/safe-path";

describe("After signing in the browser goes", () => {
  test.each(["/", "/api-keys?status=active#top", "/customers/cus_1"])(
    "to a page of the console: %s",
    (path) => {
      expect(safePath(path)).toBe(path);
    },
  );

  test.each([
    undefined,
    "",
    "https://evil.example",
    "https:evil.example",
    "http:/evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/%2e//evil.example",
    "javascript:alert(1)",
    "data:text/html,hi",
    "evil.example",
  ])("to the first page, and to no other site, with %j", (wanted) => {
    expect(safePath(wanted)).toBe("/");
  });

  test("nowhere that a browser would take for another site, whatever stands before and after it", () => {
    const parts = ["/", "\\", ".", "..", "\t", "\n", "%2f", "%5c", "@", ":", "evil.example", "https:"];
    for (const a of parts)
      for (const b of parts)
        for (const c of parts)
          for (const d of parts) {
            const path = safePath(`/${a}${b}${c}${d}`);
            expect(new URL(path, "https://keys.example").origin).toBe("https://keys.example");
          }
  });
});
