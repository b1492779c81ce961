import { type SQL, sql } from "drizzle-orm";
import { pepperCheck } from "@/server/core/secrets";

/** The peppers of a process, the present one first. */
export type Peppers = readonly (string | undefined)[];

/**
 * How many keys there are, how many of them none of these peppers finds, and of how many it was not noted. All in one pass, on
 * which several of Postgres' processes may work: a start waits for it.
 */
export function keysByPepper(peppers: Peppers): SQL {
  return sql`
    select count(*)::int as all, count(*) filter (where ${storedWithout(peppers)})::int as lost,
      count(*) filter (where ${STORED_UNNOTED})::int as unnoted
    from api_keys where digest is not null`;
}

/** Of `api_keys`: stored by a version that did not note the pepper. */
export const STORED_UNNOTED = sql`(digest is not null
  and (pepper_check is null or previous_digest is not null and previous_pepper_check is null))`;

/**
 * Of `api_keys`: stored with none of these peppers, in the present secret or in one whose overlap runs. The digest of one
 * whose overlap is over stays until another takes its place, and opens nothing.
 */
export function storedWithout(peppers: Peppers): SQL {
  return sql`(${secretWithout(peppers)}
    or previous_digest is not null and overlap_until > now() and previous_pepper_check <> all (${checksOf(peppers)}))`;
}

/** The same of the present secret alone. */
export function secretWithout(peppers: Peppers): SQL {
  return sql`(digest is not null and pepper_check <> all (${checksOf(peppers)}))`;
}

function checksOf(peppers: Peppers): SQL {
  const checks = peppers.map((pepper) => sql`${pepperCheck(pepper)}`);
  return sql`array[${sql.join(checks, sql`, `)}]::text[]`;
}
