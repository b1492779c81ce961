import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import { permissionInNameSchema } from "@/contracts/schemas/permissions";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError, notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import { apiKeys, permissions } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { auditedPermission, lockPermissions } from "./internal/change";

/**
 * Deletes a permission that no key holds. One that does, revoked or not, would lose it without a word, and have it again as soon
 * as somebody defined another of that name.
 * @throws AppError not_found; conflict saying how many keys hold it, or which permission includes it
 */
export async function deletePermission(
  ctx: ServiceContext,
  given: z.input<typeof permissionInNameSchema>,
): Promise<{ name: string; deleted: true }> {
  authorize(ctx, "settings:manage");
  const { name } = parse(permissionInNameSchema, given);
  requireFreshFactor(ctx);
  return withTransaction(ctx, async (ctx) => {
    const known = await lockPermissions(ctx.tx);
    const before = known.find((one) => one.name === name);
    if (!before) throw notFound();
    const including = known.filter(({ implies }) => implies.includes(name)).map((one) => one.name);
    if (including.length > 0)
      throw new AppError("conflict", `${including.join(", ")} still includes it. Change that first.`);
    const holders = await holdersOf(ctx.tx, name);
    if (holders > 0) {
      const keys = holders === 1 ? "1 key holds" : `${holders} keys hold`;
      throw new AppError("conflict", `${keys} this permission. Take it away there first.`, { holders });
    }
    await ctx.tx.delete(permissions).where(eq(permissions.name, name));
    await recordAudit(ctx, {
      action: "permission.delete",
      subject: { id: name, name },
      environment: null,
      before: auditedPermission(before),
    });
    return { name, deleted: true };
  });
}

/** How many keys hold it that are not deleted, by the index of permissions. */
async function holdersOf(tx: Transaction, name: string): Promise<number> {
  const [row] = await tx.execute<{ count: number }>(sql`
    select count(*)::int as count from ${apiKeys}
    where deleted_at is null and permissions @> array[${name}]::text[]`);
  return row?.count ?? 0;
}
