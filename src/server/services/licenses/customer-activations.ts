import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import type { CustomerActivation } from "@/contracts/activations";
import { maskLicenseKey } from "@/contracts/licenses";
import type { ConsolePage } from "@/contracts/lists";
import { listCustomerActivationsStepSchema } from "@/contracts/schemas/activations";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { keyset } from "@/server/database/keyset";
import { activations, licenses } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";
import { activationOf } from "./internal/view";

/**
 * Where the present licences of a customer are or were active, newest first. Empty for a customer there is not.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listCustomerActivations(
  ctx: ServiceContext,
  input: z.input<typeof listCustomerActivationsStepSchema>,
): Promise<ConsolePage<CustomerActivation>> {
  authorize(ctx, "licenses:read");
  const { customerId, ...step } = parse(listCustomerActivationsStepSchema, input);
  const list = keyset(step, { id: activations.id, ids: "act" });
  const rows = await withDatabase(ctx, (db) =>
    db
      .select({
        id: activations.id,
        activation: activations,
        license: { key: licenses.key, product: licenses.product },
      })
      .from(activations)
      .innerJoin(licenses, eq(licenses.id, activations.licenseId))
      .where(and(eq(licenses.customerId, customerId), withinReach(ctx, licenses.environment), list.beyond))
      .orderBy(...list.orderBy)
      .limit(list.rows),
  );
  return list.page(rows, ({ activation, license }) => ({
    ...activationOf(activation),
    product: license.product,
    licenseKey: maskLicenseKey(license.key),
  }));
}
