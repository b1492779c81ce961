import { MAX_CURSOR_LENGTH } from "@/contracts/lists";

/** What is said of `nextCursor`, of every page. */
export const NEXT_CURSOR = {
  description: "Give this as `cursor` to get the next page of the same list; null: this is the last one.",
  maxLength: MAX_CURSOR_LENGTH,
};

/** What is said of `deleted`, of every answer to a DELETE. */
export const DELETED = "Always true.";
