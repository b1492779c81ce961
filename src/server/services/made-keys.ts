import { type SQL, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";

/**
 * In which keys a key lives on: those that it has made, or has had the secret of that works now, and in turn those of these, also by way of
 * one that was deleted since. Asked from the key on, where keys are looked for; and from a few keys back, whose makers are as few,
 * however many keys each of these has made. UNION ends by itself where keys manage each other.
 */

/** The ids of a key and of those in which it lives on, as a subquery. */
export function keyWithMade(id: Id<"key">, now: Date): SQL {
  // One question for each index: of an OR, Postgres would read all keys at each step. And a join, no question for each key that was found:
  // where one has made nearly all keys there are, it would read all of them for each.
  return sql`(
    with recursive made (id) as (
      select ${id}::text collate "C"
      union
      select next.id from made join (
        select id, created_by_key_id as by from api_keys where created_by_key_id is not null
        union all
        select id, secret_told_to_key_id from api_keys where secret_told_to_key_id is not null
        union all
        select id, previous_secret_told_to_key_id from api_keys
        where previous_secret_told_to_key_id is not null and overlap_until > ${at(now)}
      ) as next on next.by = made.id
    ) select id from made)`;
}

/**
 * Whether a key is one of these, or lives on in one of them.
 * @param ids an array of ids, in SQL; null among them is none
 */
export function isOrLivesOnIn(id: Id<"key">, ids: SQL, now: Date): SQL {
  return sql`exists (
    with recursive maker (id) as (
      select unnest(${ids})
      union
      select told."to" from maker join api_keys on api_keys.id = maker.id cross join lateral (values
        (api_keys.created_by_key_id),
        (api_keys.secret_told_to_key_id),
        (case when api_keys.overlap_until > ${at(now)} then api_keys.previous_secret_told_to_key_id end)
      ) as told ("to")
    ) select from maker where maker.id = ${id})`;
}

const at = (now: Date) => sql`${now.toISOString()}::timestamptz`;
