import { and, asc, desc, eq, gt, lt } from "drizzle-orm";
import type { CustomerActivation } from "@/contracts/activations";
import type { Id } from "@/contracts/ids";
import { maskLicenseKey } from "@/contracts/licenses";
import type { ConsolePage } from "@/contracts/lists";
import { authorize } from "@/server/core/authorize";
import { keysetPage, keysetPosition } from "@/server/database/keyset";
import { activations, licenses } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { activationOf } from "./internal/view";

interface ListCustomerActivations {
  customerId: Id<"cus">;
  limit: number;
  cursor?: string | null | undefined;
}

/**
 * Where the present licences of a customer are or were active, newest first. Empty for a customer there is not.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listCustomerActivations(
  ctx: ServiceContext,
  { customerId, limit, cursor }: ListCustomerActivations,
): Promise<ConsolePage<CustomerActivation>> {
  authorize(ctx, "licenses:read");
  const environment = ctx.principal.kind === "key" ? ctx.principal.environment : undefined;
  const position = keysetPosition(cursor, "act");
  const start = position?.id as Id<"act">;
  const rows = await withDatabase(ctx, (db) =>
    db
      .select({
        id: activations.id,
        activation: activations,
        license: { key: licenses.key, product: licenses.product },
      })
      .from(activations)
      .innerJoin(licenses, eq(licenses.id, activations.licenseId))
      .where(
        and(
          eq(licenses.customerId, customerId),
          environment ? eq(licenses.environment, environment) : undefined,
          position ? (position.backward ? gt : lt)(activations.id, start) : undefined,
        ),
      )
      .orderBy(position?.backward ? asc(activations.id) : desc(activations.id))
      .limit(limit + 1),
  );
  return keysetPage(rows, {
    limit,
    position,
    toItem: ({ activation, license }) => ({
      ...activationOf(activation),
      product: license.product,
      licenseKey: maskLicenseKey(license.key),
    }),
  });
}
