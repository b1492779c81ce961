import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { cleanObject } from "@/contracts/json";
import type { LicenseView } from "@/contracts/licenses";
import { type ChangeLicenseInput, changeLicenseSchema } from "@/contracts/schemas/licenses";
import { cleanText } from "@/contracts/text";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { mergedMetadata } from "../metadata";
import { changeLicense } from "./internal/change";
import { requireOwner } from "./internal/owner";
import type { LicenseRow } from "./internal/view";

type Changes = Omit<z.output<typeof changeLicenseSchema>, "id">;

/**
 * Changes a licence; what is absent stays, features and `metadata` are replaced as a whole, `metadataPatch` is merged into
 * the metadata. Key and product never change.
 * Activations stay when the customer changes: they follow the licence.
 * @throws AppError not_found; customer_out_of_scope; validation_failed for an unknown `customerId`, and at `metadata` where
 * the merged is more than a licence can have; invalid_state for a limit below what is active already
 */
export async function updateLicense(ctx: ServiceContext, input: ChangeLicenseInput): Promise<LicenseView> {
  const { id, ...changes } = parse(changeLicenseSchema, input);
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
    const wanted = columnsOf(changes, license);
    // A change to what is so already is none: the time of the last change stays, and the audit has no row for it.
    return isDeepStrictEqual({ ...license, ...wanted }, license) ? null : wanted;
  });
}

/** The changes as columns take them; what is absent is absent. */
function columnsOf(
  { customerId, activationLimit, expiresAt, features, metadata, metadataPatch }: Changes,
  license: LicenseRow,
) {
  const wanted = metadataPatch === undefined ? metadata : mergedMetadata(license.metadata, metadataPatch);
  return {
    ...(customerId === undefined ? {} : { customerId }),
    ...(activationLimit === undefined ? {} : { activationLimit }),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
    ...(features === undefined ? {} : { features: features.map(cleanText) }),
    ...(wanted === undefined ? {} : { metadata: cleanObject(wanted) }),
  };
}
