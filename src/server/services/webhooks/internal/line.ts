import type postgres from "postgres";
import type { Id } from "@/contracts/ids";

/**
 * What is told of one record goes to an endpoint in its order. A delivery that is due while an earlier one of its record waits is
 * held back: it is taken out of what workers look at, until the one before it is over. Without that each look would pass by all that
 * wait behind one failure, which may be a million. Whoever calls these has locked the endpoint's row, so that no delivery is held
 * back behind one that is over by then.
 */

/** So many are looked through at a time by whoever meets one that has to be held back. */
const BATCH = 1_000;

/** That a delivery `d` is due, and neither held back nor being sent by anybody, in the words of its index. */
export const isDue = (sql: postgres.ISql, at: string) => sql`
  (d.next_attempt_at <= ${at}::timestamptz and not d.is_held_back
    and coalesce(d.lease_until, '-infinity') <= ${at}::timestamptz)`;

/** That an earlier one of the same record waits. What somebody sends by hand stands in no order. */
export const isBehind = (sql: postgres.ISql) => sql`
  (not d.is_by_hand and exists (
    select from webhook_deliveries earlier
    where earlier.endpoint_id = d.endpoint_id and earlier.subject_id = d.subject_id
      and earlier.position < d.position and earlier.next_attempt_at is not null and not earlier.is_by_hand))`;

/** Holds back what has to be, of the first that are due: each once, and not for each look. */
export async function holdBack(sql: postgres.ISql, endpointId: Id<"whe">, at: string): Promise<void> {
  await sql`
    update webhook_deliveries set is_held_back = true
    where endpoint_id = ${endpointId} and message_id = any (array(
      select first.message_id from (
        select d.message_id, ${isBehind(sql)} as is_behind from webhook_deliveries d
        where d.endpoint_id = ${endpointId} and ${isDue(sql, at)} order by d.next_attempt_at, d.position limit ${BATCH}
      ) as first where first.is_behind))`;
}

/** Lets the next one of a record have its turn, where none of it waits before that. */
export async function letNextGo(
  sql: postgres.ISql,
  { endpointId, subjectId }: { endpointId: Id<"whe">; subjectId: string },
): Promise<void> {
  await sql`
    update webhook_deliveries set is_held_back = false
    where is_held_back and endpoint_id = ${endpointId} and message_id = (
      select message_id from webhook_deliveries
      where endpoint_id = ${endpointId} and subject_id = ${subjectId} and next_attempt_at is not null and not is_by_hand
      order by position limit 1)`;
}
