import { suiteFixture } from "@test/support/suite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arrayLiteral } from "@/server/database/array-literal";
import { sqlOf } from "../services/support";

const fixture = suiteFixture();

test("Postgres reads the texts of a literal as they are, whatever stands in them", async () => {
  // What Postgres cannot hold at all is refused or replaced long before: NUL, and half a character.
  const storable = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\u0000", ""));
  const special = fc.constantFrom(
    "",
    "null",
    "NULL",
    "{}",
    '"',
    "\\",
    "\\n",
    "\\\\n",
    "\n\t\r\b\f",
    "a,b",
    '\\"',
    "\u001f",
    "\u2028",
  );
  const values = fc.array(fc.option(fc.oneof(storable, special)), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(values, async (texts) => {
      const [row] = await sqlOf(fixture)<[{ texts: (string | null)[] }]>`
        select to_json(${arrayLiteral(texts)}::text::text[]) as texts`;
      expect(row.texts).toEqual(texts);
    }),
    { numRuns: 300 },
  );
});
