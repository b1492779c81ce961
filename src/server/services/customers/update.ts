import { isDeepStrictEqual } from "node:util";
import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { CustomerView, updateCustomerSchema } from "@/contracts/customers";
import type { Id } from "@/contracts/ids";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { customers } from "@/server/db/schema";
import { withTransaction } from "@/server/db/scope";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { reachableCustomer } from "./scope";
import { auditedCustomer, customerViewOf } from "./view";

type Changes = z.output<typeof updateCustomerSchema>;

/** A change to what is so already is none: the time of the last change stays, and the audit has no row for it. */
function isAsWanted(customer: Changes, { name, metadata }: Changes): boolean {
  return (
    (name === undefined || name === customer.name) &&
    (metadata === undefined || isDeepStrictEqual(metadata, customer.metadata))
  );
}

/**
 * Changes name or metadata; what is absent stays, metadata is replaced as a whole.
 * @throws AppError not_found
 */
export async function updateCustomer(
  ctx: ServiceContext,
  input: { id: Id<"cus"> } & Changes,
): Promise<CustomerView> {
  authorize(ctx, "customers:write");
  const { id, ...changes } = input;
  return withTransaction(ctx, async (ctx) => {
    const [before] = await ctx.tx.select().from(customers).where(reachableCustomer(ctx, id)).for("update");
    if (!before) throw notFound();
    if (isAsWanted(before, changes)) return customerViewOf(before);
    const [after] = await ctx.tx
      .update(customers)
      .set({ ...changes, updatedAt: ctx.clock.now() })
      .where(eq(customers.id, before.id))
      .returning();
    if (!after) throw notFound();
    await recordAudit(ctx, {
      action: "customer.update",
      subject: { id: after.id, name: after.email },
      environment: after.environment,
      before: auditedCustomer(before),
      after: auditedCustomer(after),
    });
    return customerViewOf(after);
  });
}
