import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { ensureCustomerSchema } from "@/contracts/schemas/customers";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { customers } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { insertCustomer } from "./internal/insert";
import { withEmail } from "./internal/with-email";

/**
 * The id of the customer with this e-mail, made if there is none; one that exists keeps its own name. It asks for the
 * permission to issue licences, of which it is a step, and not for that to write customers. The row it names cannot vanish
 * before the transaction ends.
 * @throws AppError customer_out_of_scope for a scoped key, the same whether the e-mail is new or another customer's: the
 * answer must not tell which customers there are
 */
export async function ensureCustomer(
  ctx: ServiceContext,
  input: z.input<typeof ensureCustomerSchema>,
): Promise<Id<"cus">> {
  authorize(ctx, "licenses:manage");
  const { environment, email, name } = parse(ensureCustomerSchema, input);
  return withTransaction(ctx, async (ctx) => {
    const find = async () => {
      const [row] = await ctx.tx
        .select({ id: customers.id })
        .from(customers)
        .where(and(eq(customers.environment, environment), withEmail(ctx, email)))
        .for("key share");
      return row?.id;
    };
    const known = await find();
    if (known) return known;
    const row = await insertCustomer(ctx, { environment, email, name });
    // Somebody else may have made the same customer meanwhile; then theirs is the one.
    if (!row) return (await find()) ?? ensureCustomer(ctx, { environment, email, name });
    return row.id;
  });
}
