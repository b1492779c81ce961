import type { z } from "zod";
import type { CustomerView } from "@/contracts/customers";
import { cleanObject } from "@/contracts/json";
import type { createCustomerInEnvironmentSchema } from "@/contracts/schemas/customers";
import { cleanText } from "@/contracts/text";
import { requireUnscoped } from "@/server/core/authorize";
import { newId } from "@/server/core/ids";
import type { Transaction } from "@/server/database/connections";
import { customers } from "@/server/database/schema";
import { recordAudit } from "../../audit";
import type { ServiceContext } from "../../context";
import { auditedCustomer, customerColumns } from "./view";

/**
 * Stores a new customer, and that it was made.
 * @returns undefined where the e-mail is taken in its environment
 * @throws AppError customer_out_of_scope for a scoped key, before it could tell whether the e-mail is taken
 */
export async function insertCustomer(
  ctx: ServiceContext & { tx: Transaction },
  { environment, email, name, metadata }: z.output<typeof createCustomerInEnvironmentSchema>,
): Promise<CustomerView | undefined> {
  requireUnscoped(ctx, "A key that is restricted to certain customers cannot create customers.");
  const now = ctx.clock.now();
  const [row] = await ctx.tx
    .insert(customers)
    .values({
      id: newId("cus"),
      environment,
      email: cleanText(email),
      name: cleanText(name ?? null),
      metadata: cleanObject(metadata ?? {}),
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoNothing()
    .returning(customerColumns);
  if (!row) return undefined;
  await recordAudit(ctx, {
    action: "customer.create",
    subject: { id: row.id, name: row.email },
    environment,
    after: auditedCustomer(row),
  });
  return row;
}
