import { and, eq } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { AppError, invalidField } from "@/server/core/errors";
import { customerScopeOf } from "@/server/core/principal";
import type { Transaction } from "@/server/database/connections";
import { customers } from "@/server/database/schema";
import type { ServiceContext } from "../../context";

/**
 * Refuses a licence for somebody outside of a key's customer scope with 403, before row-level security would with a
 * fault. Nobody is outside too: a licence without a customer belongs to the whole environment.
 * @throws AppError customer_out_of_scope, without looking whether the customer exists: that would tell ids apart
 */
function requireInScope({ principal }: ServiceContext, customerId: Id<"cus"> | null): void {
  const scope = customerScopeOf(principal);
  if (scope === null || (customerId !== null && scope.includes(customerId))) return;
  throw new AppError(
    "customer_out_of_scope",
    "This key is restricted to certain customers, and the licence would belong to none of them.",
  );
}

/**
 * Makes sure that the customer can own a licence, and that it does not vanish before the transaction ends: between this
 * check and the write that would be a fault instead of a 422.
 * @throws AppError customer_out_of_scope; validation_failed at `customerId` for one that this environment does not have
 */
export async function requireOwner(
  ctx: ServiceContext & { tx: Transaction },
  customerId: Id<"cus"> | null,
  environment: Environment,
): Promise<void> {
  requireInScope(ctx, customerId);
  if (customerId === null) return;
  const [found] = await ctx.tx
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.id, customerId), eq(customers.environment, environment)))
    .for("key share");
  if (!found) throw invalidField("customerId", "No such customer in this environment", "unknown");
}
