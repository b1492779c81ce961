import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { notFound } from "@/server/core/errors";
import { customerScopeOf, environmentsOf } from "@/server/core/principal";
import { apiKeys } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
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
  return and(eq(table.id, id), withinReach({ principal }, table.environment));
}

/**
 * Narrows rows to the environments that the principal knows of, or to the one that was asked for if it is among them.
 * @param environment the column, or an expression
 */
export function withinReach(
  { principal }: Pick<ServiceContext, "principal">,
  environment: PgColumn | SQL,
  asked: Environment | null = null,
): SQL | undefined {
  const held = environmentsOf(principal);
  if (!held) return asked ? sql`${environment} = ${asked}` : undefined;
  const reached = asked ? held.filter((one) => one === asked) : held;
  if (reached.length === 0) return sql`false`;
  return sql`${environment} in ${[...reached]}`;
}

/** Those of the environments that were asked for, null being all, which the principal knows of. */
export function environmentsAsked(
  { principal }: Pick<ServiceContext, "principal">,
  asked: Environment | null,
): Environment[] {
  const held = environmentsOf(principal) ?? ENVIRONMENTS;
  return held.filter((one) => asked === null || one === asked);
}

/**
 * For what is read by a key's id alone: figures and logs.
 * @throws AppError not_found where the key is in an environment that the principal has no role in
 */
export async function requireReachableKey(ctx: ServiceContext, id: Id<"key">): Promise<void> {
  if (environmentsOf(ctx.principal) === null) return;
  const [key] = await withDatabase(ctx, (db) =>
    db
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(reachable(ctx, apiKeys, id)),
  );
  if (!key) throw notFound();
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
