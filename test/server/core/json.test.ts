import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from "@/contracts/bounds";
import { boundJson, measureJson, parseJson } from "@/server/core/json";

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
        expect(measureJson(JSON.stringify(value), levels).depth > levels).toBe(depthOf(value) > levels);
      }),
    );
  });

  test("has as many values as are counted, or fewer by the empty arrays and objects", () => {
    const count = (value: unknown): number =>
      typeof value === "object" && value !== null
        ? 1 + Object.values(value).reduce((sum: number, one) => sum + Math.max(1, count(one)), 0)
        : 1;
    const empty = (value: unknown): number =>
      typeof value !== "object" || value === null
        ? 0
        : Object.values(value).reduce(
            (sum: number, one) => sum + empty(one),
            Object.keys(value).length === 0 ? 1 : 0,
          );
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const parsed = JSON.parse(JSON.stringify(value));
        expect(measureJson(JSON.stringify(value), 99).values).toBe(count(parsed) + empty(parsed));
      }),
    );
  });

  test("is read up to 250,000 values, and refused as payload_too_large beyond", () => {
    const list = (count: number) => `[${"1,".repeat(count - 2)}1]`;
    expect(parseJson(list(MAX_JSON_VALUES - 1))).toHaveLength(MAX_JSON_VALUES - 2);
    expect(() => parseJson(list(MAX_JSON_VALUES + 1))).toThrow(
      expect.objectContaining({ code: "payload_too_large" }),
    );
  });

  test("may be 10,000 rows of 20 members", () => {
    const row = Object.fromEntries(Array.from({ length: 20 }, (_, member) => [`m${member}`, member]));
    const rows = Array.from({ length: 10_000 }, () => row);
    expect(() => boundJson(JSON.stringify({ type: "x", input: { rows } }), MAX_JSON_VALUES)).not.toThrow();
  });

  test.each(["{", '"', '"\\', "[[", "]]]", ""])("that is cut off is malformed_json: %j", (text) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: "malformed_json" }));
  });
});
