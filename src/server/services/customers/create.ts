import {
  type CreateCustomerInput,
  type CustomerView,
  createCustomerInEnvironmentSchema,
} from "@/contracts/customers";
import type { NamedEnvironment } from "@/contracts/environments";
import { cleanObject } from "@/contracts/json";
import { cleanText } from "@/contracts/text";
import { authorize, requireUnscoped } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { newId } from "@/server/core/ids";
import { parse } from "@/server/core/validation";
import { violatedUnique } from "@/server/database/errors";
import { customers } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import { inEnvironment, type ServiceContext } from "../context";
import { auditedCustomer, customerViewOf } from "./internal/view";

/**
 * Makes a customer.
 * @throws AppError conflict when the e-mail is taken in this environment; customer_out_of_scope for a scoped key
 */
export async function createCustomer(
  ctx: ServiceContext,
  input: CreateCustomerInput & NamedEnvironment,
): Promise<CustomerView> {
  authorize(ctx, "customers:write");
  requireUnscoped(ctx, "A key that is restricted to certain customers cannot create customers.");
  const { environment, email, name, metadata } = parse(
    createCustomerInEnvironmentSchema,
    inEnvironment(ctx, input),
  );
  const now = ctx.clock.now();
  try {
    return await withTransaction(ctx, async (ctx) => {
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
        .returning();
      if (!row) throw new Error("INSERT returned no row");
      await recordAudit(ctx, {
        action: "customer.create",
        subject: { id: row.id, name: row.email },
        environment,
        after: auditedCustomer(row),
      });
      return customerViewOf(row);
    });
  } catch (error) {
    if (violatedUnique(error) === "customers_email_key") {
      throw new AppError("conflict", "There is a customer with this e-mail address already.", {}, error);
    }
    throw error;
  }
}
