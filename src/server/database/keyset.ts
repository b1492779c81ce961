import { type Column, type SQL, sql } from "drizzle-orm";
import type { ConsolePage } from "@/contracts/lists";
import { decodeCursor, encodeCursor } from "@/server/core/cursor";

/** A place in an ordered list: the sort value and the id of a row, and which way to read from there. */
export interface KeysetPosition {
  backward: boolean;
  /** Sort value as text; empty for lists that are ordered by id alone. */
  value: string;
  id: string;
}

function isPosition(value: unknown): value is ["next" | "previous", string, string] {
  return (
    Array.isArray(value) &&
    value.length === 3 &&
    (value[0] === "next" || value[0] === "previous") &&
    typeof value[1] === "string" &&
    typeof value[2] === "string" &&
    // Postgres refuses NUL in text with a fault; a forged cursor must not cause one.
    !`${value[1]}${value[2]}`.includes("\u0000")
  );
}

/**
 * Reads a cursor of a list whose ids start with the prefix `ids`, or match that expression.
 * @throws AppError validation_failed when it is not one, or is one of another kind of record
 */
export function keysetPosition(
  cursor: string | null | undefined,
  ids: string | RegExp,
): KeysetPosition | null {
  if (!cursor) return null;
  const isId = (id: string) => (typeof ids === "string" ? id.startsWith(`${ids}_`) : ids.test(id));
  const [direction, value, id] = decodeCursor(
    cursor,
    (candidate): candidate is ["next" | "previous", string, string] => {
      return isPosition(candidate) && isId(candidate[2]);
    },
  );
  return { backward: direction === "previous", value, id };
}

/**
 * One page from `limit + 1` rows as they were read (for a backward step: in reverse order).
 * The extra row only tells whether there is more; nothing is counted.
 */
export function keysetPage<Row extends { id: string }, Item>(
  rows: readonly Row[],
  options: {
    limit: number;
    position: KeysetPosition | null;
    sortValueOf?: (row: Row) => string;
    toItem: (row: Row) => Item;
  },
): ConsolePage<Item> {
  const { limit, position, sortValueOf = () => "", toItem } = options;
  const more = rows.length > limit;
  const page = rows.slice(0, limit);
  if (position?.backward) page.reverse();
  const cursorAt = (direction: "next" | "previous", row: Row | undefined) =>
    row ? encodeCursor([direction, sortValueOf(row), row.id]) : null;
  const hasNext = position?.backward ? true : more;
  const hasPrevious = position?.backward ? more : position !== null;
  return {
    data: page.map(toItem),
    nextCursor: hasNext ? cursorAt("next", page.at(-1)) : null,
    previousCursor: hasPrevious ? cursorAt("previous", page[0]) : null,
  };
}

/** Whether a column that is shown holds just this text. Any text can be looked for, also one that could not be stored. */
export function holdsText(column: Column, text: string): SQL {
  return sql`${column} = ${text}`;
}
