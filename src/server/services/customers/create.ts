import type { CustomerView } from "@/contracts/customers";
import type { NamedEnvironment } from "@/contracts/environments";
import { type CreateCustomerInput, createCustomerInEnvironmentSchema } from "@/contracts/schemas/customers";
import { authorize } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { withTransaction } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { insertCustomer } from "./internal/insert";

/**
 * Makes a customer.
 * @throws AppError conflict when the e-mail is taken in this environment; customer_out_of_scope for a scoped key
 */
export async function createCustomer(
  ctx: ServiceContext,
  input: CreateCustomerInput & NamedEnvironment,
): Promise<CustomerView> {
  authorize(ctx, "customers:write");
  const given = parse(createCustomerInEnvironmentSchema, inEnvironment(ctx, input));
  authorize(ctx, "customers:write", given.environment);
  const customer = await withTransaction(ctx, (ctx) => insertCustomer(ctx, given));
  if (!customer) throw new AppError("conflict", "There is a customer with this e-mail address already.");
  return customer;
}
