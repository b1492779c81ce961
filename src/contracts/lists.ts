export const PAGE_SIZES = [10, 20, 50, 100] as const;
export type PageSize = (typeof PAGE_SIZES)[number];
export const DEFAULT_PAGE_SIZE = 20 satisfies PageSize;

/** One page of a list, newest first unless the list says otherwise; `nextCursor` is null on the last page. */
export interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

/** One page of a console list, which can also step back. */
export interface ConsolePage<Item> extends Page<Item> {
  previousCursor: string | null;
}
