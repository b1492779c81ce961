import { type SQL, sql } from "drizzle-orm";
import { pepperCheck } from "@/server/core/secrets";

/** The peppers of a process, the present one first. */
export type Peppers = readonly (string | undefined)[];

/** How many keys there are, and how many of them none of these peppers finds. */
export function keysByPepper(peppers: Peppers): SQL {
  return sql`
    select count(*)::int as all, count(*) filter (where ${storedWithout(peppers)})::int as lost
    from api_keys where digest is not null`;
}

/** Of `api_keys`: stored with none of these peppers, in the present secret or in one within its overlap. */
export function storedWithout(peppers: Peppers): SQL {
  const checks = peppers.map((pepper) => sql`${pepperCheck(pepper)}`);
  const known = sql`array[${sql.join(checks, sql`, `)}]::text[]`;
  return sql`(digest is not null
    and (pepper_check <> all (${known}) or previous_digest is not null and previous_pepper_check <> all (${known})))`;
}
