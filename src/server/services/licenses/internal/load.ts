import { and, eq, type SQL } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { LicenseView } from "@/contracts/licenses";
import { notFound } from "@/server/core/errors";
import type { Executor, Transaction } from "@/server/database/connections";
import { holdsText } from "@/server/database/keyset";
import { customers, licenses } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { reachable } from "../../reach";
import { type LicenseRow, licenseViewOf } from "./view";

/** Licences with their customers, to be narrowed down further. */
export function selectLicenses(db: Executor) {
  return db
    .select({
      license: licenses,
      customer: { id: customers.id, email: customers.email, name: customers.name },
    })
    .from(licenses)
    .leftJoin(customers, eq(customers.id, licenses.customerId));
}

/** The licence with this key, which is unique in its environment. Served by the unique index. */
export function licenseWithKey(environment: Environment, key: string): SQL | undefined {
  return and(eq(licenses.environment, environment), holdsText(licenses.key, key));
}

/**
 * One licence as the console shows it.
 * @throws AppError not_found, the same for one that is absent and one out of reach
 */
export async function loadLicense(db: Executor, ctx: ServiceContext, id: Id<"lic">): Promise<LicenseView> {
  const [row] = await selectLicenses(db)
    .where(reachable(ctx, licenses, id))
    .prepare("licenses_get")
    .execute();
  if (!row) throw notFound();
  return licenseViewOf(ctx, row, ctx.clock.now());
}

/**
 * The row, locked until the transaction ends: changes to one licence, and the counting of its activations, happen one
 * after the other.
 * @throws AppError not_found
 */
export async function lockLicense(tx: Transaction, condition: SQL | undefined): Promise<LicenseRow> {
  const [row] = await tx.select().from(licenses).where(condition).for("no key update");
  if (!row) throw notFound();
  return row;
}
