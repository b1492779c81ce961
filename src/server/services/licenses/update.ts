import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import type { LicenseView, updateLicenseSchema } from "@/contracts/licenses";
import { AppError } from "@/server/core/errors";
import type { ServiceContext } from "../context";
import { changeLicense } from "./change";
import { requireOwner } from "./owner";

/**
 * Changes a licence; what is absent stays, features and metadata are replaced as a whole. Key and product never change.
 * Activations stay when the customer changes: they follow the licence.
 * @throws AppError not_found; customer_out_of_scope; validation_failed for an unknown `customerId`; invalid_state for a
 * limit below what is active already
 */
export function updateLicense(
  ctx: ServiceContext,
  input: { id: Id<"lic"> } & z.output<typeof updateLicenseSchema>,
): Promise<LicenseView> {
  const { id, expiresAt, ...changes } = input;
  return changeLicense(ctx, { id, action: "license.update" }, async (license, ctx) => {
    const { customerId, activationLimit } = changes;
    // Its own customer again is not looked up: waiting for a deletion of that customer, which in turn waits for this
    // licence, would be a deadlock.
    if (customerId !== undefined && customerId !== license.customerId) {
      await requireOwner(ctx, customerId, license.environment);
    }
    if (typeof activationLimit === "number" && activationLimit < license.activationCount) {
      throw new AppError(
        "invalid_state",
        `The licence is active on ${license.activationCount} devices; deactivate some before lowering the limit to ${activationLimit}.`,
      );
    }
    const wanted = {
      ...changes,
      ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
    };
    // A change to what is so already is none: the time of the last change stays, and the audit has no row for it.
    return isDeepStrictEqual({ ...license, ...wanted }, license) ? null : wanted;
  });
}
