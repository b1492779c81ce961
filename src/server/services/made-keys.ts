import { type SQL, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";

/**
 * The ids of a key and of those in which it lives on, as a subquery: that it has made, or has had the secret of that works now, and in turn
 * those of these, also by way of one that was deleted since. UNION ends by itself where keys manage each other.
 */
export function keyWithMade(id: Id<"key">, now: Date): SQL {
  // One question for each index: of an OR, Postgres would read all keys at each step.
  return sql`(
    with recursive made (id) as (
      select ${id}::text collate "C"
      union
      select next.id from made cross join lateral (
        select id from api_keys where created_by_key_id = made.id
        union all
        select id from api_keys where secret_told_to_key_id = made.id
        union all
        select id from api_keys
        where previous_secret_told_to_key_id = made.id and overlap_until > ${now.toISOString()}::timestamptz
      ) as next
    ) select id from made)`;
}
