import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { customers } from "@/server/database/schema";
import type { ServiceContext } from "../../context";

/**
 * The customer with this id within the principal's reach. For a key that is also what row-level security says; the
 * explicit condition serves the owner's pool, which row-level security does not hold.
 */
export function reachableCustomer(ctx: ServiceContext, id: Id<"cus">): SQL | undefined {
  const environment = ctx.principal.kind === "key" ? ctx.principal.environment : undefined;
  return and(eq(customers.id, id), environment ? eq(customers.environment, environment) : undefined);
}

/**
 * The customer with an e-mail. For a key in the words of a function: under row-level security no index serves lower(email),
 * because lower() is not marked as leakproof, and each licence for an e-mail would read all customers.
 */
export function withEmail({ principal }: ServiceContext, email: string): SQL {
  return principal.kind === "key"
    ? sql`id = (select customer_with_email(${email}))`
    : sql`lower(email) = lower(${email} collate "C")`;
}
