export const PAGE_SIZES = [10, 20, 50, 100] as const;
export type PageSize = (typeof PAGE_SIZES)[number];
export const DEFAULT_PAGE_SIZE = 20 satisfies PageSize;

/**
 * Opaque position in a list; only the server reads it. The cap keeps garbage from being decoded at length, and leaves
 * room for the longest sort value, a name of 100 characters of four bytes each.
 */
export const CURSOR = /^[\w-]*$/;
export const MAX_CURSOR_LENGTH = 1_024;

export function isCursor(value: string): boolean {
  return value !== "" && value.length <= MAX_CURSOR_LENGTH && CURSOR.test(value);
}

/** One page of a list, newest first unless the list says otherwise; `nextCursor` is null on the last page. */
export interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

/** One page of a console list, which can also step back. */
export interface ConsolePage<Item> extends Page<Item> {
  previousCursor: string | null;
}
