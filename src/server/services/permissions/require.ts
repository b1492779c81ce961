import { inArray, sql } from "drizzle-orm";
import { isPermission } from "@/contracts/permissions";
import { authorize } from "@/server/core/authorize";
import { validationFailed } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { permissions } from "@/server/database/schema";
import type { ServiceContext } from "../context";

/**
 * Refuses permissions that are neither in the catalogue nor defined here, in the transaction that gives them to a key. Until
 * that has ended nobody deletes one of them: between looking and committing the key there is no moment for it.
 * @param held those that the key has already, which it may keep
 * @throws AppError validation_failed
 */
export async function requireDefined(
  ctx: ServiceContext & { tx: Transaction },
  names: readonly string[],
  held: readonly string[] = [],
): Promise<void> {
  authorize(ctx, "keys:manage");
  const own = names.filter((name) => !isPermission(name) && !held.includes(name));
  if (own.length === 0) return;
  await ctx.tx.execute(sql`lock table ${permissions} in row share mode`);
  const rows = await ctx.tx
    .select({ name: permissions.name })
    .from(permissions)
    .where(inArray(permissions.name, own));
  const unknown = own.filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length === 0) return;
  throw validationFailed(
    unknown.map((name) => ({
      path: `permissions.${names.indexOf(name)}`,
      message: `There is no permission ${name}`,
      code: "unknown_permission",
    })),
  );
}
