import { expect, test } from "vitest";
import { emailSchema, metadataSchema, text } from "@/contracts/text";
import { generateKey } from "@/server/core/key-format";
import { fieldErrors } from "@/server/core/validation";

const key = generateKey("kw", "production");
const message = expect.stringMatching(/^This looks like an API key/);

/** What is said of a text in a field. */
function problemsOf(schema: typeof metadataSchema | ReturnType<typeof text>, value: unknown): unknown[] {
  const result = schema.safeParse(value);
  return result.success ? [] : fieldErrors(result.error);
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
  ["the display form", "kw_prod_Ab12…x9Qz"],
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
