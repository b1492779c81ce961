import { describe, expect, test } from "vitest";
import { metadataSchema, NO_METADATA, patchedMetadata, readMetadata } from "@/contracts/schemas/metadata";

const metadata = (value: unknown) => metadataSchema.parse(value);
const nested = (levels: number): object => (levels === 1 ? {} : { a: nested(levels - 1) });

describe("Metadata", () => {
  test.each([
    ["8 levels", nested(8), nested(9)],
    ["8 levels, of lists too", { a: [[[[[[[]]]]]]] }, { a: [[[[[[[[]]]]]]]] }],
    ["10,240 bytes", { a: "v".repeat(10_232) }, { a: "v".repeat(10_233) }],
    ["10,240 bytes, not characters", { a: "\u00e9".repeat(5_116) }, { a: "\u00e9".repeat(5_117) }],
    ["numbers that can be kept", { a: 1.7976931348623157e308 }, { a: Number.POSITIVE_INFINITY }],
  ])("has %s and no more", (_, most, more) => {
    expect(metadataSchema.safeParse(most).data).toEqual(most);
    expect(metadataSchema.safeParse(more).success).toBe(false);
  });

  test("of five thousand levels is refused, not walked into", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`);
    expect(metadataSchema.safeParse(deep).success).toBe(false);
  });

  test("is kept in one form, names of members included", () => {
    expect(metadata({ "e\u0301": ["e\u0301"] })).toEqual({ "\u00e9": ["\u00e9"] });
  });

  test("typed as JSON is read whatever its shape, and a wrong one is told in words", () => {
    expect(readMetadata('{"nested":{"a":[1,null]}}')).toEqual({ nested: { a: [1, null] } });
    expect(readMetadata(" ")).toEqual({});
    expect(readMetadata("[1]")).toBe("Must be a JSON object, in braces.");
    expect(readMetadata('{"a":["\\u0000"]}')).toBe("a.0: Must not contain control characters");
  });
});

describe("A patch", () => {
  // RFC 7396, appendix A, as far as the target and the patch are objects.
  test.each([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("of %j with %j makes %j", (present, patch, merged) => {
    expect(patchedMetadata(metadata(present), metadata(patch))).toEqual(merged);
  });

  test("of null leaves nothing, and changes nothing in place", () => {
    const present = metadata({ a: { b: 1 } });
    expect(patchedMetadata(present, metadata({ a: { b: 2 } }))).toEqual({ a: { b: 2 } });
    expect(present).toEqual({ a: { b: 1 } });
    expect(patchedMetadata(present, null)).toEqual(NO_METADATA);
  });

  test("that makes too much of it is told why", () => {
    const half = "v".repeat(6_000);
    expect(patchedMetadata(metadata({ a: half }), metadata({ b: half }))).toBe(
      "Must be at most 10,240 bytes as JSON",
    );
  });
});
