import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Executor } from "./connections";

/** How many values are looked up at most: a list to pick from that is longer is of no use. */
export const MAX_DISTINCT = 200;

/**
 * The different values of a column, in order, up to {@link MAX_DISTINCT}. Steps from each value to the next larger one
 * (a "loose index scan", which Postgres does not plan by itself): as many look-ups in an index as there are values, however
 * many rows there are. The index must start with the columns that `where` fixes, followed by this one.
 * @param where which rows; nulls of the column are left out anyway
 */
export async function distinctValues(db: Executor, column: PgColumn, where: SQL): Promise<string[]> {
  const next = (beyond: SQL) => sql`
    select ${column} as value from ${column.table}
    where ${where} and ${column} is not null and ${beyond} order by ${column} limit 1`;
  const rows = await db.execute<{ value: string }>(sql`
    with recursive found as (
      (${next(sql`true`)})
      union all
      select (${next(sql`${column} > found.value`)}) from found where found.value is not null
    )
    select value from found where value is not null limit ${MAX_DISTINCT}`);
  return rows.map(({ value }) => value);
}
