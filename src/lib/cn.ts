import { type ClassValue, clsx } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

/** Knows the names that the theme in globals.css has beyond those of Tailwind. */
const merge = extendTailwindMerge({
  extend: { theme: { shadow: ["overlay"], animate: ["appear", "rise", "slide-left", "slide-right"] } },
});

/**
 * Joins class names, leaving out what a condition made false. Of two that set the same property the later one holds, so
 * that whoever uses a component may give it another margin or colour.
 */
export function cn(...names: ClassValue[]): string {
  return merge(clsx(names));
}
