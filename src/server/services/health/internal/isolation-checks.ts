import { sql } from "drizzle-orm";
import { ENVIRONMENTS } from "@/contracts/environments";
import { newId } from "@/server/core/ids";
import { withDatabase } from "@/server/database/session";
import { describeIsolation } from "../isolation";
import { type Check, error, ok, warning } from "./check";

/** What the start of this process found missing and put back. That it started at all means that nothing is missing now. */
export const checkRights: Check = async (_ctx, { mended }) => {
  if (mended.length === 0)
    return ok(
      "The owner's login may do what Keyward needs; roles, rights and policies are as they have to be.",
    );
  return warning(
    `${mended.join(" ")} It was put right just now.`,
    "Find out what changed them: a restore without rights, a migration tool, a person.",
  );
};

/** By what the environments are kept apart. */
export const checkIsolation: Check = async (ctx) => {
  const { kind, reason, statements } = await describeIsolation(ctx);
  if (kind === "logins") return ok("Each environment has a login to the database of its own.");
  const cure =
    statements.length === 0
      ? "Let these logins in where that says no (a pooler's list of users, pg_hba.conf), and restart."
      : `Let a DBA run in this database, and restart: ${statements.join("; ")};`;
  return warning(`The environments share the owner's login, held apart by settings (${reason}).`, cure);
};

/** Whether row-level security holds, tried as each environment. */
export const checkRowSecurity: Check = async (ctx) => {
  const nobody = { kind: "key", name: "", permissions: [], customers: null } as const;
  const faults: string[] = [];
  for (const environment of ENVIRONMENTS) {
    const principal = { ...nobody, id: newId("key"), environment };
    const [row] = await withDatabase({ principal, databases: ctx.databases }, (db) =>
      db.execute<{ environment: string | null; unheld: string | null; foreign: boolean }>(sql`
        select api_environment() as environment,
          (select string_agg(relname, ', ') from pg_class
            where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relispartition = false
              and has_table_privilege(oid, 'select') and not row_security_active(oid)) as unheld,
          exists (select from customers where environment <> ${environment}) as foreign`),
    );
    if (row?.environment !== environment)
      faults.push(`the pool of ${environment} works as ${row?.environment ?? "nobody"}`);
    if (row?.unheld) faults.push(`${environment} is not held in ${row.unheld}`);
    if (row?.foreign) faults.push(`${environment} sees customers of others`);
  }
  if (faults.length === 0)
    return ok("Row-level security holds, tried as production, staging and development.");
  return error(
    `Row-level security does not hold: ${faults.join("; ")}.`,
    "Stop serving, and restart: a start writes the policies anew. See docs/security.md.",
  );
};
