import { type ClassValue, clsx } from "clsx";
import { createTailwindMerge } from "tailwind-merge";

/** Of these, whatever follows the prefix and a hyphen sets the same property. */
const BY_PREFIX =
  "accent animate appearance basis bg col-span col-start content cursor decoration delay duration fill gap gap-x gap-y grid-cols h inset inset-y items justify leading left bottom m max-h max-w mb min-h min-w ml mr mt mx my opacity order origin outline-offset overflow overflow-x overflow-y overscroll p pb pl place-items pointer-events pr pt px py right rounded rounded-l rounded-r rounded-tr scroll-mt select self shadow size space-y top touch tracking translate-x underline-offset w whitespace z";

const any = (_value: string) => true;
const named = (prefix: string, values: readonly (string | typeof any)[]) => [{ [prefix]: values }];
const number = (value: string) => /^[\d.]+$/.test(value);

/** What sets the same as something of another group, or as several: the later one takes them away. */
const ALSO_SETS = {
  "not-sr-only": "sr-only",
  "sr-only":
    "not-sr-only position w h size p px py pt pr pb pl m mx my mt mr mb ml overflow overflow-x overflow-y whitespace",
  p: "px py pt pr pb pl",
  px: "pr pl",
  py: "pt pb",
  m: "mx my mt mr mb ml",
  mx: "mr ml",
  my: "mt mb",
  size: "w h",
  inset: "inset-y top right bottom left",
  "inset-y": "top bottom",
  gap: "gap-x gap-y",
  overflow: "overflow-x overflow-y",
  "border-w": "border-t border-r border-b border-l",
  rounded: "rounded-l rounded-r rounded-tr",
  "rounded-r": "rounded-tr",
  flex: "basis shrink",
  "place-items": "items",
  "container-named": "container",
};

/**
 * Tailwind's classes as far as the console uses them. tailwind-merge's own list is of all there are, and as large as the
 * rest of a small page; test/lib/cn.test.ts compares the two for every class of the source.
 */
const merge = createTailwindMerge(() => ({
  cacheSize: 500,
  theme: {},
  classGroups: {
    ...Object.fromEntries(BY_PREFIX.split(" ").map((prefix) => [prefix, named(prefix, [any])])),
    display: [
      "block",
      "contents",
      "flex",
      "grid",
      "hidden",
      "inline",
      "inline-block",
      "inline-flex",
      "inline-grid",
      "table",
      "table-cell",
    ],
    position: ["absolute", "fixed", "relative", "sticky"],
    "sr-only": ["sr-only"],
    "not-sr-only": ["not-sr-only"],
    "flex-direction": named("flex", ["row", "row-reverse", "col"]),
    "flex-wrap": named("flex", ["wrap", "nowrap"]),
    flex: named("flex", [number]),
    shrink: named("shrink", [number]),
    "text-align": named("text", ["left", "center", "right"]),
    "text-size": named("text", ["2xs", "xs", "sm", "base", "lg", "xl", "2xl", "[10px]"]),
    "text-wrap": named("text", ["pretty"]),
    "text-color": named("text", [any]),
    "text-overflow": ["truncate"],
    "font-weight": named("font", ["normal", "medium", "semibold"]),
    "font-family": named("font", ["mono"]),
    figures: ["tabular-nums"],
    "text-line": ["underline", "no-underline", "line-through"],
    "text-case": ["uppercase"],
    break: named("break", ["words", "all"]),
    list: named("list", ["disc"]),
    visibility: ["invisible"],
    "border-w": ["border"],
    ...Object.fromEntries(
      ["t", "r", "b", "l"].map((side) => [`border-${side}`, named(`border-${side}`, ["", number])]),
    ),
    "border-style": named("border", ["dashed"]),
    "border-collapse": named("border", ["collapse", "separate"]),
    "border-spacing": named("border-spacing", [number]),
    "border-color": named("border", [any]),
    "divide-x": ["divide-x"],
    "divide-y": ["divide-y"],
    "outline-w": named("outline", ["", number]),
    "outline-style": named("outline", ["none"]),
    "outline-color": named("outline", [any]),
    "stroke-w": named("stroke", [number]),
    stroke: named("stroke", [any]),
    transition: named("transition", [any]),
    container: ["@container"],
    "container-named": [(value: string) => value.startsWith("@container/")],
  },
  conflictingClassGroups: Object.fromEntries(
    Object.entries(ALSO_SETS).map(([group, others]) => [group, others.split(" ")]),
  ),
  conflictingClassGroupModifiers: {},
  postfixLookupClassGroups: ["container"],
  orderSensitiveModifiers: ["after", "before", "file", "placeholder"],
}));

/**
 * Joins class names, leaving out what a condition made false. Of two that set the same property the later one holds, so
 * that whoever uses a component may give it another margin or colour.
 */
export function cn(...names: ClassValue[]): string {
  return merge(clsx(names));
}
