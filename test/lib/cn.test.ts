import { nodesOf, readSources } from "@test/architecture/source";
import { extendTailwindMerge } from "tailwind-merge";
import ts from "typescript";
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

/** Every class of the source that tailwind-merge knows, without the conditions before it. */
function usedClasses(): string[] {
  const words = new Set<string>();
  for (const [file, source] of readSources("src")) {
    if (!/^src\/(app|components|features|lib)\/(?!cn\.ts)/.test(file)) continue;
    for (const node of nodesOf(source)) {
      if (!ts.isStringLiteralLike(node) && !ts.isTemplateLiteralToken(node)) continue;
      for (const word of node.text.split(/\s+/)) words.add(word.replace(/^.*:(?![^[(]*[\])])/, ""));
    }
  }
  return [...words].filter((word) => word !== "" && whole(`${word} ${word}`) === word);
}

/** tailwind-merge with its own list of classes, which the pages would have to fetch. */
const whole = extendTailwindMerge({
  extend: { theme: { shadow: ["overlay"], animate: ["appear", "rise", "slide-left", "slide-right"] } },
});

test("Of any two classes of the source, the same hold as by tailwind-merge's list of all there are", () => {
  const classes = usedClasses();
  expect(classes.length).toBeGreaterThan(500);
  const likes = new Map<string, string[]>();
  for (const name of classes) {
    const like = [...likes].find(([one]) => isEither(whole, one, name));
    if (like) like[1].push(name);
    else likes.set(name, [name]);
  }
  const apart = [...likes].flatMap(([one, others]) => others.filter((other) => !isEither(cn, one, other)));
  const pairs = [...likes.keys()].flatMap((one) => [...likes.keys()].map((other) => `${one} ${other}`));
  const differ = pairs.filter((pair) => cn(pair) !== whole(pair));
  expect({ apart, differ }, "Add what is new to the groups of src/lib/cn.ts.").toEqual({
    apart: [],
    differ: [],
  });
});

/** Whether two classes set the same, so that the later one alone holds. */
function isEither(join: (classes: string) => string, one: string, other: string): boolean {
  return join(`${one} ${other}`) === other && join(`${other} ${one}`) === one;
}
