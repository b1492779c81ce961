import { or, type SQL, sql } from "drizzle-orm";
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

/** A table whose words are searched through, and what leads to it from the rows of a list. */
interface Searched {
  table: "customers" | "licenses";
  /** The list's own ids, or those that it refers to the other table by. */
  id: PgColumn;
}

/**
 * The condition that leads a key's search to the index: which rows there are to look at (function search_candidates of
 * the migrations, which says why). It only narrows down; the search's own condition stays beside it.
 * @param places where the searched text may stand: in one of them is enough
 * @returns undefined where the index is of no use, or none of our doing is needed: administrators' queries are not under
 * row-level security, and a key with a customer scope has few rows, which another index serves
 */
export async function searchCandidates(
  { principal }: DatabaseSession,
  db: Executor,
  places: readonly Searched[],
  search: string | undefined,
): Promise<SQL | undefined> {
  if (!search || principal.kind !== "key" || principal.customers !== null) return undefined;
  const pattern = containsPattern(search);
  const tables = sql.param(places.map(({ table }) => table));
  const rows = await db.execute<{ ids: string[] | null }>(
    sql`select search_candidates(source, ${pattern}) as ids
      from unnest(${tables}::text[]) with ordinality as places (source, place) order by place`,
  );
  const conditions: SQL[] = [];
  for (const [place, { id }] of places.entries()) {
    const ids = rows[place]?.ids;
    // Where the index is of no use for one of them, the others would leave out what it would have found.
    if (!ids) return undefined;
    // The search may be an id itself. As one parameter: a list would be a statement of its own for each length.
    conditions.push(sql`${id} = any(${sql.param([...ids, search])}::text[])`);
  }
  return or(...conditions);
}
