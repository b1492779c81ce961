import * as z from "zod";
import { CURSOR, DEFAULT_PAGE_SIZE, MAX_CURSOR_LENGTH, PAGE_SIZES, type PageSize } from "../lists";
import { boundedArray } from "./arrays";
import { timestampSchema } from "./text";

const MAX_PAGE_SIZE = 100;

const PAGE_BOUNDS = `Must be a whole number from 1 to ${MAX_PAGE_SIZE}`;

/**
 * `limit` of a list in the public API, where query values arrive as text. Digits alone: JavaScript also reads `1e1`,
 * `0x10`, `+5` and nothing at all as numbers, which no other reader of the same address does.
 */
const limitSchema = z
  .preprocess(
    (value) => (typeof value === "string" && /^\d{1,3}$/.test(value) ? Number(value) : value),
    z.int(PAGE_BOUNDS).min(1, PAGE_BOUNDS).max(MAX_PAGE_SIZE, PAGE_BOUNDS),
  )
  .default(DEFAULT_PAGE_SIZE);

const MAX_STEP = 1_000;

/** Rows of one step of a verb. The public API and the console ask for {@link MAX_PAGE_SIZE} at most; exports for more. */
export const stepSchema = z.int().min(1).max(MAX_STEP);

export const cursorSchema = z
  .string()
  .min(1)
  .max(MAX_CURSOR_LENGTH)
  .regex(CURSOR, "Is not a cursor of this list; start again without one");

/** How a list of the public API is asked for a page: part of each query beside what narrows the list. */
export const apiPageShape = { limit: limitSchema, cursor: cursorSchema.optional() };

/**
 * How the console asks for a page of a list: beside the same filters and order, by the `nextCursor` or `previousCursor`
 * of an answer.
 * @param size rows of a page where nothing else is asked for
 */
export function consolePage(size: PageSize = DEFAULT_PAGE_SIZE) {
  return { limit: z.literal([...PAGE_SIZES]).default(size), cursor: cursorSchema.nullable().default(null) };
}

/** Narrows a list to those of some kinds of a closed list; empty: it leaves nothing out. */
export function anyOf<const Kinds extends readonly string[]>(kinds: Kinds) {
  return boundedArray(z.enum(kinds), { max: kinds.length }).default([]);
}

/**
 * Changed at this instant or later, so that another system can keep up. Ask from a little before the last call: a change
 * carries the time at which it began, and may be seen only a moment later. Expiry changes a status without a change.
 */
export const updatedSinceSchema = timestampSchema;
