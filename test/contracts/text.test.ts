import { expect, test } from "vitest";
import { metadataSchema } from "@/contracts/schemas/metadata";
import { emailSchema, text } from "@/contracts/schemas/text";
import { cleaned, folded } from "@/contracts/text";
import { generateKey } from "@/server/core/key-format";
import { fieldErrors } from "@/server/core/validation";

const key = generateKey("kw", "production");
const message = expect.stringMatching(/^This looks like an API key/);

/** What is said of a text in a field. */
function problemsOf(schema: typeof metadataSchema | ReturnType<typeof text>, value: unknown): unknown[] {
  const result = schema.safeParse(value);
  return result.success ? [] : fieldErrors(result.error).errors;
}

test.each([
  ["alone", key],
  ["of another prefix", generateKey("acme", "development")],
  ["within a sentence", `the key is ${key}, keep it`],
  ["in an address", `https://acme.example/?key=${key}&x=1`],
  ["glued to other words", `KEY${key}KEY`],
  ["without its checksum, which anybody can compute", key.slice(0, -6)],
])("A text with a key in it is refused: %s", (_, value) => {
  expect(problemsOf(text(0, 500), value)).toEqual([{ path: "", code: "custom", message }]);
});

test.each([
  ["the masked form", "kw_prod_Ab12…x9Qz"],
  ["the beginning of one", key.slice(0, 16)],
  ["the name of a variable", "my_prod_database_connection_string_for_reports"],
  ["an id", "key_01kaq6c5y0e7v8zq3w9t4m2b1n"],
  ["a digest", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
  ["a licence key", "ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2"],
])("What only resembles a key is not: %s", (_, value) => {
  expect(problemsOf(text(0, 500), value)).toEqual([]);
});

test("Metadata is refused with a key in a value or a name, and the answer does not repeat it", () => {
  expect(problemsOf(metadataSchema, { note: key })).toEqual([{ path: "note", code: "custom", message }]);
  const name = key.slice(0, 40);
  const [problem] = problemsOf(metadataSchema, { [name]: "x" });
  expect(problem).toMatchObject({ message });
  expect(JSON.stringify(problem)).not.toContain(name.slice(12));
});

test("An e-mail address is refused with a key in it", () => {
  expect(emailSchema.safeParse(`${key}@acme.example`).success).toBe(false);
  expect(emailSchema.safeParse("ada@acme.example").success).toBe(true);
});

test.each<[string, string]>([
  ["an override of the direction", "invoice\u202efdp.exe"],
  ...["\u202a", "\u202d", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"].map(
    (character): [string, string] => [`U+${character.charCodeAt(0).toString(16)}`, `a${character}b`],
  ),
  ["a space of no width", "ad\u200bmin"],
  ["a joiner between letters that do not join", "a\u200db"],
  ["a joiner at the end", "\u0645\u200c"],
  ["a soft hyphen", "ad\u00admin"],
  ["a byte-order mark inside", "ad\ufeffmin"],
  ["a selector after a letter", "a\ufe0f"],
  ["tag characters", "a\u{e0041}"],
  ["a filler", "\u3164"],
  ["an empty Braille cell", "\u2800"],
  ["31 marks on one letter", `a${"\u0301".repeat(32)}`],
])("A text with what nobody sees is refused, so that no name passes for another: %s", (_, value) => {
  expect(text(0, 500).safeParse(value).success).toBe(false);
});

test.each([
  ["Hebrew", "\u05e9\u05dc\u05d5\u05dd"],
  ["Persian, which joins within a word", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"],
  ["Sinhala", "\u0dc1\u0dca\u200d\u0dbb\u0dd3"],
  ["a family", "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}"],
  ["a heart in color", "\u2764\ufe0f"],
  ["a skin tone", "\u{1f44d}\u{1f3fd}"],
  ["a keycap", "1\ufe0f\u20e3"],
  ["a variant of a Japanese name", "\u845b\u{e0100}"],
])("What a joiner or selector is part of stays as it is: %s", (_, value) => {
  expect(text(0, 500).parse(value)).toBe(value);
  expect(cleaned(value)).toBe(value);
});

test("Text is kept in one form, and measured in it", () => {
  expect(text(1, 1).parse("e\u0301")).toBe("\u00e9");
});

test("A key that only composing brings to light is refused", () => {
  const spelled = `kw_prod_${"\u212a".repeat(32)}`;
  expect(spelled.normalize("NFC")).toBe(`kw_prod_${"K".repeat(32)}`);
  expect(problemsOf(text(0, 500), spelled)).toEqual([{ path: "", code: "custom", message }]);
});

test("What cannot be kept of a text leaves a mark, and what was apart stays apart", () => {
  expect(cleaned("a\u0000b\ud800c\u202ed\u200be\u0301")).toBe("a\ufffdb\ufffdc\ufffdd\ufffd\u00e9");
  expect(cleaned(`a${"\u0301".repeat(100)}`)).toHaveLength(30);
});

test.each([
  ["a&b@example.com", true],
  ["x@example.xn--p1ai", true],
  ["o'reilly+tag/x=y@sub.example.com", true],
  [`${"a".repeat(64)}@example.com`, true],
  [`${"a".repeat(65)}@example.com`, false],
  [`a@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(60)}.example`, true],
  [`aa@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(60)}.example`, true],
  [`aaa@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(60)}.example`, false],
  ["a b@example.com", false],
  ["a@example..com", false],
  ["a@-example.com", false],
  ["@example.com", false],
  ["a@b@example.com", false],
])("An e-mail address is what browsers take for one: %s", (address, accepted) => {
  expect(emailSchema.safeParse(address).success).toBe(accepted);
});

test.each(["ÄDA@Example.COM", "A\u0308da@example.com"])(
  "Two texts that differ in capitals or form alone are one",
  (address) => {
    expect(folded(address)).toBe("\u00e4da@example.com");
  },
);
