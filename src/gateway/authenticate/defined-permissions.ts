import { isPermission } from "@/contracts/permissions";
import type { Database } from "@/server/database/connections";
import { withStatement } from "@/server/database/session";
import type { ServiceContext } from "@/server/services/context";
import { sharedReads } from "./shared-reads";

const lookUp = sharedReads((_, pool) => async (asked: readonly string[]) => {
  const rows = await withStatement(
    pool,
    (sql) => sql<{ name: string }[]>`select name from permissions where name = any(${[...asked]}::text[])`,
  );
  const names = new Set(rows.map(({ name }) => name));
  return asked.map((name) => (names.has(name) ? name : null));
});

/**
 * Whether there is a permission of a name: one of the catalogue, or one that was defined here. Asked for the words of a refusal
 * alone, so no call that is let in waits for it, and calls that a wrong setting of a proxy has refused together share one read.
 * Where it cannot be read the refusal stays what it is, in the words for a permission that there is.
 * @param pool for whoever is no call: the one to ask instead of that which calls alone may use
 */
export async function isDefined(
  { databases }: Pick<ServiceContext, "databases">,
  permission: string,
  pool?: Database,
): Promise<boolean> {
  if (isPermission(permission)) return true;
  return lookUp(databases, permission, pool).then(
    (name) => name !== null,
    () => true,
  );
}
