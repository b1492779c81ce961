import type { Id } from "@/contracts/ids";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { customers } from "@/server/db/schema";
import { withTransaction } from "@/server/db/scope";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { reachableCustomer } from "./scope";
import { auditedCustomer } from "./view";

/**
 * Deletes a customer. Keys scoped to it lose it from their scope, and never become unrestricted by that.
 * @throws AppError not_found
 */
export async function deleteCustomer(
  ctx: ServiceContext,
  input: { id: Id<"cus"> },
): Promise<{ id: Id<"cus">; deleted: true }> {
  authorize(ctx, "customers:write");
  return withTransaction(ctx, async (ctx) => {
    const [row] = await ctx.tx.delete(customers).where(reachableCustomer(ctx, input.id)).returning();
    if (!row) throw notFound();
    await recordAudit(ctx, {
      action: "customer.delete",
      subject: { id: row.id, name: row.email },
      environment: row.environment,
      before: auditedCustomer(row),
    });
    return { id: row.id, deleted: true };
  });
}
