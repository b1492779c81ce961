import { type SQL, sql } from "drizzle-orm";
import { pepperCheck } from "@/server/core/secrets";

/** The peppers of a process, the present one first. */
export type Peppers = readonly (string | undefined)[];

/** Of `api_keys`: stored with none of these peppers, in the present secret or in one within its overlap. */
export function storedWithout(peppers: Peppers): SQL {
  const checks = peppers.map((pepper) => sql`${pepperCheck(pepper)}`);
  const known = sql`array[${sql.join(checks, sql`, `)}]::text[]`;
  return sql`(digest is not null
    and (pepper_check <> all (${known}) or previous_digest is not null and previous_pepper_check <> all (${known})))`;
}
