import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Executor } from "./connections";
import type { DatabaseSession } from "./session";

/** A text as it is compared and ordered for people, without case: the same in every locale (function fold of the migrations). */
export function folded(text: SQL): SQL<string> {
  return sql<string>`fold(${text})`;
}

/** Text for LIKE that matches `search` anywhere, with its wildcards taken literally. */
export function containsPattern(search: string): string {
  return `%${search.replace(/[\\%_]/g, "\\$&")}%`;
}

/** Whether a text contains what was searched for, whatever the case of either. In the words of the indexes over fold(…). */
export function contains(text: SQL, search: string): SQL {
  return sql`fold(${text}) like fold(${containsPattern(search)})`;
}

/**
 * The condition that leads a key's search to the index: which rows there are to look at (function search_candidates of
 * the migrations, which says why). It only narrows down; the search's own condition stays beside it.
 * @param id column of the table's ids
 * @returns undefined where the index is of no use, or none of our doing is needed: administrators' queries are not under
 * row-level security, and a key with a customer scope has few rows, which another index serves
 */
export async function searchCandidates(
  { principal }: DatabaseSession,
  db: Executor,
  table: "customers" | "licenses",
  id: PgColumn,
  search: string | undefined,
): Promise<SQL | undefined> {
  if (!search || principal.kind !== "key" || principal.customers !== null) return undefined;
  const [row] = await db.execute<{ ids: string[] | null }>(
    sql`select search_candidates(${table}, ${containsPattern(search)}) as ids`,
  );
  // The search may be an id itself. As one parameter: a list would be a statement of its own for each length.
  return row?.ids ? sql`${id} = any(${sql.param([...row.ids, search])}::text[])` : undefined;
}
