import { and, gte, sql } from "drizzle-orm";
import type { z } from "zod";
import type { CustomerView } from "@/contracts/customers";
import type { ConsolePage } from "@/contracts/lists";
import { listCustomersStepSchema } from "@/contracts/schemas/customers";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import { customers } from "@/server/database/schema";
import { contains, searchCandidates } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { inCustomerScope, withinReach } from "../reach";
import { customerColumns } from "./internal/view";
import { withEmail } from "./internal/with-email";

/**
 * Customers within reach, newest first, as ids sort by time.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listCustomers(
  ctx: ServiceContext,
  input: z.input<typeof listCustomersStepSchema>,
): Promise<ConsolePage<CustomerView>> {
  authorize(ctx, "customers:read");
  const { search, email, updatedSince, environment, ...step } = parse(
    listCustomersStepSchema,
    inEnvironment(ctx, input),
  );
  const list = keyset(step, { id: customers.id, ids: "cus" });
  const rows = await withDatabase(ctx, async (db) => {
    const candidates = await searchCandidates(ctx, db, [{ table: "customers", id: customers.id }], search);
    return (
      db
        .select(customerColumns)
        .from(customers)
        .where(
          and(
            withinReach(ctx, customers.environment, environment),
            inCustomerScope(ctx, customers.id),
            candidates,
            search ? contains(sql`email || ' ' || coalesce(name, '')`, search) : undefined,
            email ? withEmail(ctx, email) : undefined,
            updatedSince ? gte(customers.updatedAt, new Date(updatedSince)) : undefined,
            list.beyond,
          ),
        )
        .orderBy(...list.orderBy)
        .limit(list.rows)
        // Planning a list under row-level security takes longer than reading its page.
        .prepare("customers_list")
        .execute()
    );
  });
  return list.page(rows, (customer) => customer);
}
