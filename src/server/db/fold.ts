import { type SQL, sql } from "drizzle-orm";
import { containsPattern } from "./keyset";

/** A text as it is compared and ordered for people, without case: the same in every locale (function fold of the migrations). */
export function folded(text: SQL): SQL<string> {
  return sql<string>`fold(${text})`;
}

/** Whether a text contains what was searched for, whatever the case of either. In the words of the indexes over fold(…). */
export function contains(text: SQL, search: string): SQL {
  return sql`fold(${text}) like fold(${containsPattern(search)})`;
}
