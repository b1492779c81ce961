import { expect, test } from "vitest";
import { linesOf, readDigits } from "@/lib/typed-text";

test.each([
  ["60", 60],
  [" 1,000 ", 1000],
  ["1 000_000", 1_000_000],
  ["", null],
  ["  ", null],
])("reads the figure that %j stands for", (text, figure) => {
  expect(readDigits(text)).toBe(figure);
});

test.each(["ten", "1.5", "-1", "1e3", "0x10", "1.000"])(
  "takes %j for no number, as no schema does",
  (text) => {
    expect(readDigits(text)).toBeNaN();
  },
);

test("reads lines, also with commas between, and skips the empty ones", () => {
  expect(linesOf(" a \n\nb, c,")).toEqual(["a", "b", "c"]);
  expect(linesOf("\n")).toEqual([]);
});
