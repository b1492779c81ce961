import * as z from "zod";
import { grouped } from "../numbers";
import "./words";

/**
 * A list of `min` to `max` items. Its length is looked at before its items are: zod does it after, and a megabyte of wrong
 * items is 340,000 errors by then.
 * @param words what is said of a list that is too short or too long; zod's own words where absent
 */
export function boundedArray<Item extends z.ZodType>(
  item: Item,
  { min = 0, max, words = {} }: { min?: number; max: number; words?: { short?: string; long?: string } },
) {
  const long = words.long ?? `Must have at most ${grouped(max)} items`;
  const items = z.array(item).min(min, words.short).max(max, long);
  const bounded = z.preprocess((value, ctx) => {
    if (!Array.isArray(value) || value.length <= max) return value;
    ctx.issues.push({ code: "too_big", maximum: max, origin: "array", message: long, input: undefined });
    return z.NEVER;
  }, items);
  // What a preprocess takes is unknown to TypeScript; this one hands on what it was given.
  return bounded as typeof bounded & z.ZodType<z.output<typeof items>, z.input<typeof items>>;
}
