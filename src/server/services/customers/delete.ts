import { eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { customerIdSchema } from "@/contracts/schemas/customers";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { customers, licenses } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { reachable } from "../reach";
import { auditedCustomer } from "./internal/view";

/**
 * Deletes a customer; its licences stay, without an owner, and changed at this instant. Keys scoped to it lose it from their scope, and never become unrestricted by that.
 * @throws AppError not_found
 */
export async function deleteCustomer(
  ctx: ServiceContext,
  input: { id: Id<"cus"> },
): Promise<{ id: Id<"cus">; deleted: true }> {
  authorize(ctx, "customers:write");
  const { id } = parse(customerIdSchema, input);
  requireFreshFactor(ctx);
  return withTransaction(ctx, async (ctx) => {
    // Locked first, so that no licence can be given to it any more, and every one of its licences is among those below.
    const [row] = await ctx.tx
      .select()
      .from(customers)
      .where(reachable(ctx, customers, id))
      .for("update");
    if (!row) throw notFound();
    authorize(ctx, "customers:write", row.environment);
    // The foreign key takes the customer away from them, which is a change that ?updatedSince= has to find.
    await ctx.tx.update(licenses).set({ updatedAt: ctx.clock.now() }).where(eq(licenses.customerId, row.id));
    await ctx.tx.delete(customers).where(eq(customers.id, row.id));
    await recordAudit(ctx, {
      action: "customer.delete",
      subject: { id: row.id, name: row.email },
      environment: row.environment,
      before: auditedCustomer(row),
    });
    return { id: row.id, deleted: true };
  });
}
