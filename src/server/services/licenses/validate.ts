import { sql } from "drizzle-orm";
import type { z } from "zod";
import type { NamedEnvironment } from "@/contracts/environments";
import { licenseObstacle, type ValidationCode } from "@/contracts/license-use";
import {
  type Validation,
  validateLicenseInEnvironmentSchema,
  type validateLicenseSchema,
} from "@/contracts/schemas/license-use";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { licenses } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import { inEnvironment, type ServiceContext } from "../context";
import { licenseWithKey } from "./internal/load";
import { type LicenseRow, usedLicenseOf } from "./internal/view";

/**
 * Whether a licence may be used now; the first thing against it is the code. One that is out of reach (another
 * environment's, or outside of the key's customer scope) is `not_found`, as one that does not exist. What is shown of it is whole only for those who may read licences.
 */
export async function validateLicense(
  ctx: ServiceContext,
  input: z.input<typeof validateLicenseSchema> & NamedEnvironment,
): Promise<Validation> {
  authorize(ctx, "licenses:validate");
  const { environment, key, identifier, product } = parse(
    validateLicenseInEnvironmentSchema,
    inEnvironment(ctx, input),
  );
  const now = ctx.clock.now();
  const [row] = await withDatabase(ctx, (db) =>
    db
      .select({ license: licenses, activated: activatedOn(identifier) })
      .from(licenses)
      .where(licenseWithKey(environment, key))
      .prepare("licenses_validate")
      .execute(),
  );
  if (!row) return { valid: false, code: "not_found", license: null };
  const code = codeOf(row, product, now);
  return { valid: code === "valid", code, license: usedLicenseOf(ctx, row.license, now) };
}

/** Whether it is active there; true where nobody asks. */
function activatedOn(identifier: string | undefined) {
  if (identifier === undefined) return sql<boolean>`true`;
  return sql<boolean>`exists (
    select from activations
    where activations.license_id = licenses.id and identifier = ${identifier} and deactivated_at is null
  )`;
}

function codeOf(
  { license, activated }: { license: LicenseRow; activated: boolean },
  product: string | undefined,
  now: Date,
): ValidationCode {
  const obstacle = licenseObstacle(license, now);
  if (obstacle) return obstacle;
  if (product !== undefined && product !== license.product) return "product_mismatch";
  return activated ? "valid" : "not_activated";
}
