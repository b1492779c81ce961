import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Executor } from "./connections";

/** How many values are looked up at most: a list to pick from that is longer is of no use. */
export const MAX_DISTINCT = 200;

/** And how many lists of words, of which many have words in common. */
const MAX_DISTINCT_LISTS = 1_000;

/**
 * The different values of a column, in order, up to {@link MAX_DISTINCT}.
 * @param where which rows; nulls of the column are left out anyway
 */
export async function distinctValues(db: Executor, column: PgColumn, where: SQL): Promise<string[]> {
  const rows = await db.execute<{ value: string }>(
    sql`${stepping(column, where)} select value from found where value is not null limit ${MAX_DISTINCT}`,
  );
  return rows.map(({ value }) => value);
}

/**
 * The different words in a column of lists, in order, up to {@link MAX_DISTINCT}, as far as the first thousand different lists
 * have them.
 */
export async function distinctWords(db: Executor, column: PgColumn, where: SQL): Promise<string[]> {
  const rows = await db.execute<{ word: string }>(sql`
    ${stepping(column, where)}
    select distinct word
    from (select value from found where value is not null limit ${MAX_DISTINCT_LISTS}) as lists, unnest(value) as word
    order by word limit ${MAX_DISTINCT}`);
  return rows.map(({ word }) => word);
}

/**
 * Steps from each value of a column to the next larger one (a "loose index scan", which Postgres does not plan by itself): as
 * many look-ups in an index as there are values, however many rows there are, and only as many as are asked for. The index must
 * start with the columns that `where` fixes, followed by this one.
 */
function stepping(column: PgColumn, where: SQL): SQL {
  const next = (beyond: SQLWrapper) => sql`
    select ${column} as value from ${column.table}
    where ${where} and ${column} is not null and ${beyond} order by ${column} limit 1`;
  return sql`
    with recursive found as (
      (${next(sql`true`)})
      union all
      select (${next(sql`${column} > found.value`)}) from found where found.value is not null
    )`;
}
