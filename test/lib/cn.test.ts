import { expect, test } from "vitest";
import { cn } from "@/lib/cn";

test("Class names are joined, without what a condition made false", () => {
  expect(cn("flex", false, null, undefined, "gap-2")).toBe("flex gap-2");
});

test.each([
  ["a margin", ["mb-3 flex", "mb-0"], "flex mb-0"],
  [
    "a text colour of the theme, which leaves the size",
    ["text-2xs text-ink-2", "text-bad"],
    "text-2xs text-bad",
  ],
  [
    "a text size of the theme, which leaves the colour",
    ["text-sm text-ink-2", "text-2xs"],
    "text-ink-2 text-2xs",
  ],
  [
    "a border's colour, which leaves its width",
    ["border border-line", "border-bad/40"],
    "border border-bad/40",
  ],
  ["the theme's shadow", ["shadow-overlay", "shadow-none"], "shadow-none"],
  ["the theme's animation", ["animate-rise", "animate-spin"], "animate-spin"],
  ["a width under a condition only there", ["w-full sm:w-40", "sm:w-80"], "w-full sm:w-80"],
])("Of two that set the same, the later one holds: %s", (_, names, joined) => {
  expect(cn(...names)).toBe(joined);
});

test("Classes of our own stay, whatever stands beside them", () => {
  expect(cn("mono target-24 group text-xs", "text-ink")).toBe("mono target-24 group text-xs text-ink");
});
