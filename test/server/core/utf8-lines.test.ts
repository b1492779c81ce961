import fc from "fast-check";
import { expect, test } from "vitest";
import { Utf8Lines } from "@/server/core/utf8-lines";

const decoded = (bytes: Uint8Array) =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

test("Up to the end of a line there are that line and those before it, as UTF-8, and nothing else", () => {
  const lines = fc.array(fc.string({ unit: "grapheme", maxLength: 400 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(lines, (texts) => {
      const file = new Utf8Lines();
      const ends = texts.map((text) => file.add(text));
      for (const [at, end] of ends.entries())
        expect(decoded(file.upTo(end))).toBe(texts.slice(0, at + 1).join(""));
    }),
  );
});

test("It grows with what is added, however long, and keeps what is there", () => {
  const file = new Utf8Lines();
  const texts = ["first", "€".repeat(1_000_000), "ö".repeat(3_000_000), "last"];
  const end = texts.map((text) => file.add(text)).at(-1) ?? 0;
  expect(decoded(file.upTo(end))).toBe(texts.join(""));
  expect(file.upTo(0)).toHaveLength(0);
});
