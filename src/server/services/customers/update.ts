import { isDeepStrictEqual } from "node:util";
import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { CustomerView } from "@/contracts/customers";
import { cleanObject } from "@/contracts/json";
import { type ChangeCustomerInput, changeCustomerSchema } from "@/contracts/schemas/customers";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { customers } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { mergedMetadata } from "../metadata";
import { reachable } from "../reach";
import { auditedCustomer, customerColumns } from "./internal/view";

type Changes = Pick<z.output<typeof changeCustomerSchema>, "name" | "metadata">;

/** A change to what is so already is none: the time of the last change stays, and the audit has no row for it. */
function isAsWanted(customer: Changes, { name, metadata }: Changes): boolean {
  return (
    (name === undefined || name === customer.name) &&
    (metadata === undefined || isDeepStrictEqual(metadata, customer.metadata))
  );
}

/**
 * Changes name or metadata; what is absent stays. `metadata` takes the place of what was there, `metadataPatch` is merged
 * into it.
 * @throws AppError not_found; validation_failed at `metadata` where the merged is more than a customer can have
 */
export async function updateCustomer(ctx: ServiceContext, input: ChangeCustomerInput): Promise<CustomerView> {
  authorize(ctx, "customers:write");
  const { id, metadataPatch, ...rest } = parse(changeCustomerSchema, input);
  return withTransaction(ctx, async (ctx) => {
    const [before] = await ctx.tx
      .select(customerColumns)
      .from(customers)
      .where(reachable(ctx, customers, id))
      .for("update");
    if (!before) throw notFound();
    authorize(ctx, "customers:write", before.environment);
    const changes =
      metadataPatch === undefined
        ? rest
        : { ...rest, metadata: mergedMetadata(before.metadata, metadataPatch) };
    if (isAsWanted(before, changes)) return before;
    const [after] = await ctx.tx
      .update(customers)
      .set({
        name: cleanText(changes.name),
        metadata: changes.metadata && cleanObject(changes.metadata),
        updatedAt: ctx.clock.now(),
      })
      .where(eq(customers.id, before.id))
      .returning(customerColumns);
    if (!after) throw notFound();
    await recordAudit(ctx, {
      action: "customer.update",
      subject: { id: after.id, name: after.email },
      environment: after.environment,
      before: auditedCustomer(before),
      after: auditedCustomer(after),
    });
    return after;
  });
}
