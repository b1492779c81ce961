import type { CustomerView } from "@/contracts/customers";
import type { Id } from "@/contracts/ids";
import { customerIdSchema } from "@/contracts/schemas/customers";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { customers } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { reachable } from "../reach";
import { customerColumns } from "./internal/view";

/**
 * One customer.
 * @throws AppError not_found, the same for one that is absent and one out of reach
 */
export async function getCustomer(ctx: ServiceContext, input: { id: Id<"cus"> }): Promise<CustomerView> {
  authorize(ctx, "customers:read");
  const { id } = parse(customerIdSchema, input);
  const [customer] = await withDatabase(ctx, (db) =>
    db
      .select(customerColumns)
      .from(customers)
      .where(reachable(ctx, customers, id))
      .prepare("customers_get")
      .execute(),
  );
  if (!customer) throw notFound();
  return customer;
}
