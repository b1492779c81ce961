import { and, asc, type Column, desc, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { ConsolePage } from "@/contracts/lists";
import { timestampSchema } from "@/contracts/schemas/text";
import { decodeCursor, encodeCursor, invalidCursor } from "@/server/core/cursor";

/** A place in an ordered list, and which way to read from there. */
type Position = [direction: "next" | "previous", sortValue: string, id: string];

function isPosition(value: unknown): value is Position {
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

/** What a list is ordered by before the id. Must be written as in the index. */
export interface Sort {
  by: SQLWrapper;
  /**
   * Turns the cursor's text into the type of `by`.
   * @throws AppError validation_failed for a text that this list has never given
   */
  parse(text: string): SQL;
  /** Whether tables are parted by it: then a bound on it alone leaves whole partitions unread. */
  parts?: true;
  /** What an index has in its place that is coarser than it, of any instant: such as its minute. */
  steps?: (value: SQLWrapper) => SQL;
}

/** How a list is ordered: by the id, or by something else and then the id. */
interface Order {
  /** What rows are told apart by, in the order: the ids, or a number that grows with them. */
  id: SQLWrapper;
  /** The cursor's id in the terms of `id`; default: as it is. */
  placeOf?: (id: string) => SQL;
  /** What the ids begin with, or match: a cursor of another kind of record is none of this list. */
  ids: string | RegExp;
  sort?: Sort | null;
  /** Default: no, the newest first. */
  ascending?: boolean;
}

/** One page of a list: what to ask the database for, and what to make of its rows. */
export interface Keyset {
  /** The rows after the cursor, as one row comparison, which the index serves; undefined on the first page. */
  beyond: SQL | undefined;
  orderBy: SQL[];
  /** Whether it is read from the smallest on: the other way round than it is shown where it leads back. */
  ascending: boolean;
  /** One more than fit on the page. It only tells whether there is more; nothing is counted. */
  rows: number;
  /** The cursor that leads on from an id, or from what sorts as one would, where a list has looked far enough before a page is full. */
  onFrom(id: string): string;
  /**
   * The page of the rows as they were read.
   * @param sortValueOf the value that the list is sorted by, as text
   */
  page<Row extends { id: string }, Item>(
    rows: readonly Row[],
    toItem: (row: Row) => Item,
    sortValueOf?: (row: Row) => string,
  ): ConsolePage<Item>;
}

/**
 * Reads a list from where a cursor says. Stable while rows are added: a page starts at a row and not at a number of rows,
 * and costs the same at the end of a million as at the start.
 * @throws AppError validation_failed for a malformed cursor, or one of another list
 */
export function keyset({ cursor, limit }: { cursor: string | null; limit: number }, order: Order): Keyset {
  const position = positionIn(cursor, order.ids);
  const backward = position?.[0] === "previous";
  const ascending = (order.ascending ?? false) !== backward;
  const direction = ascending ? asc : desc;
  return {
    beyond: position ? beyond(position, order, ascending) : undefined,
    orderBy: [...sortsOf(order).map(direction), direction(order.id)],
    ascending,
    rows: limit + 1,
    onFrom: (id) => encodeCursor(["next", "", id]),
    page(rows, toItem, sortValueOf = () => "") {
      const more = rows.length > limit;
      const page = rows.slice(0, limit);
      if (backward) page.reverse();
      const cursorAt = (way: Position[0], row: (typeof page)[number] | undefined) =>
        row ? encodeCursor([way, sortValueOf(row), row.id]) : null;
      const hasNext = backward ? true : more;
      const hasPrevious = backward ? more : position !== null;
      return {
        data: page.map(toItem),
        nextCursor: hasNext ? cursorAt("next", page.at(-1)) : null,
        previousCursor: hasPrevious ? cursorAt("previous", page[0]) : null,
      };
    },
  };
}

function positionIn(cursor: string | null, ids: Order["ids"]): Position | null {
  if (!cursor) return null;
  const isId = (id: string) => (typeof ids === "string" ? id.startsWith(`${ids}_`) : ids.test(id));
  return decodeCursor(cursor, (value): value is Position => isPosition(value) && isId(value[2]));
}

function sortsOf({ sort }: Order): SQLWrapper[] {
  if (!sort) return [];
  return sort.steps ? [sort.steps(sort.by), sort.by] : [sort.by];
}

function beyond([, text, id]: Position, order: Order, ascending: boolean): SQL | undefined {
  const operator = sql.raw(ascending ? ">" : "<");
  const place = order.placeOf?.(id) ?? sql`${id}`;
  if (!order.sort) return sql`${order.id} ${operator} ${place}`;
  const { by, parse, parts, steps } = order.sort;
  const value = parse(text);
  return and(
    steps && sql`${steps(by)} ${operator}= ${steps(value)}`,
    parts && sql`${by} ${operator}= ${value}`,
    sql`(${by}, ${order.id}) ${operator} (${value}, ${place})`,
  );
}

/**
 * An instant out of a cursor. Strict: Postgres faults on much of what Date.parse takes, such as "key 1".
 * @throws AppError validation_failed
 */
export function instantIn(text: string): SQL {
  if (!timestampSchema.safeParse(text).success) throw invalidCursor();
  return sql`${new Date(text).toISOString()}::timestamptz`;
}

/** Whether a column that is shown holds just this text. Any text can be looked for, also one that could not be stored. */
export function holdsText(column: Column, text: string): SQL {
  return sql`${column} = ${text}`;
}
