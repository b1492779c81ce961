import { and, eq, inArray, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { customerScopeOf, environmentOf } from "@/server/core/principal";
import type { ServiceContext } from "./context";

/**
 * The record with this id within the principal's reach. For a key that is also what row-level security says; the
 * explicit condition serves the owner's pool, which row-level security does not hold.
 */
export function reachable<Table extends { id: PgColumn; environment: PgColumn }>(
  { principal }: ServiceContext,
  table: Table,
  id: Table["id"]["_"]["data"],
): SQL | undefined {
  const environment = environmentOf(principal);
  return and(eq(table.id, id), environment ? eq(table.environment, environment) : undefined);
}

/**
 * Narrows a list to the customers that a key is restricted to. Row-level security says so already, but not in words that
 * an index can serve.
 * @param customer of each row, by its id
 */
export function inCustomerScope({ principal }: ServiceContext, customer: PgColumn): SQL | undefined {
  const scope = customerScopeOf(principal);
  return scope ? inArray(customer, [...scope]) : undefined;
}
