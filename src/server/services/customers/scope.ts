import { and, eq, type SQL } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { AppError } from "@/server/core/errors";
import { customers } from "@/server/db/schema";
import type { ServiceContext } from "../context";

/**
 * Refuses a write for a customer outside of a key's scope with 403 before the database would with a fault.
 * Reads need no such check: row-level security makes foreign customers not exist.
 * @throws AppError customer_out_of_scope
 */
export function requireUnscoped(ctx: ServiceContext, detail: string): void {
  if (ctx.principal.kind === "key" && ctx.principal.customers !== null) {
    throw new AppError("customer_out_of_scope", detail);
  }
}

/**
 * The customer with this id within the principal's reach. For a key that is also what row-level security says; the
 * explicit condition serves the owner's pool, which row-level security does not hold.
 */
export function reachableCustomer(ctx: ServiceContext, id: Id<"cus">): SQL | undefined {
  const environment = ctx.principal.kind === "key" ? ctx.principal.environment : undefined;
  return and(eq(customers.id, id), environment ? eq(customers.environment, environment) : undefined);
}
