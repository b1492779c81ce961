import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_JSON_DEPTH } from "@/contracts/bounds";
import { isDeeperThan, parseJson } from "@/server/core/json";

const nested = (levels: number, open = "[", close = "]") => open.repeat(levels) + close.repeat(levels);

describe("JSON from outside", () => {
  test("is read up to 32 levels, and refused as malformed_json beyond", () => {
    expect(parseJson(nested(MAX_JSON_DEPTH))).toEqual(JSON.parse(nested(MAX_JSON_DEPTH)));
    for (const text of [
      nested(MAX_JSON_DEPTH + 1),
      nested(300_000),
      `${'{"a":'.repeat(40)}1${"}".repeat(40)}`,
    ]) {
      expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: "malformed_json" }));
    }
  });

  test("may have any brackets in its strings, behind any quotes and backslashes", () => {
    const value = {
      '[{"\\': ["[".repeat(50), '"'.repeat(3) + "[".repeat(50), "\\".repeat(4) + '"{'.repeat(50)],
    };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
  });

  test("of any shape is as deep as it is found to be", () => {
    const depthOf = (value: unknown): number =>
      typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(5), (value, levels) => {
        expect(isDeeperThan(JSON.stringify(value), levels)).toBe(depthOf(value) > levels);
      }),
    );
  });

  test.each(["{", '"', '"\\', "[[", "]]]", ""])("that is cut off is malformed_json: %j", (text) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: "malformed_json" }));
  });
});
