import { z } from "zod";
import { environmentSchema } from "./environments";
import { type LicenseFacts, licenseSchema, licenseStatus, productSchema } from "./licenses";
import { metadataSchema } from "./metadata";
import { text } from "./text";

/** What `POST /licenses/validate` can find, in the order in which it looks. */
export const VALIDATION_CODES = [
  "valid",
  "not_found",
  "unassigned",
  "suspended",
  "revoked",
  "expired",
  "product_mismatch",
  "not_activated",
] as const;

export type ValidationCode = (typeof VALIDATION_CODES)[number];

/**
 * Why a licence that exists may not be used now, or null where nothing is against it. Of several reasons the first of
 * {@link VALIDATION_CODES} counts, where a licence that was suspended and then revoked is revoked, as its status says.
 */
export function licenseObstacle(
  facts: LicenseFacts,
  now: Date,
): "unassigned" | "suspended" | "revoked" | "expired" | null {
  if (facts.customerId === null) return "unassigned";
  const status = licenseStatus(facts, now);
  return status === "active" || status === "available" ? null : status;
}

/** A licence key as an end user typed it. Whatever it is, it is looked up and found or not. */
const typedKeySchema = text(1, 255);

/** What the app calls the device or installation. */
const identifierSchema = text(1, 255);

/**
 * What an app needs of the licence it runs under. A key that is shipped inside apps can be taken out of them; whoever has
 * it learns of a licence, whose licence key they must know, neither the owner nor the operator's own notes (metadata).
 */
const shortLicenseSchema = licenseSchema.pick({
  key: true,
  product: true,
  status: true,
  activationLimit: true,
  activationCount: true,
  expiresAt: true,
  features: true,
});

export type ShortLicense = z.infer<typeof shortLicenseSchema>;

/** The licence in the answers of validate, activate and deactivate: whole for a key that may read licences. */
export const usedLicenseSchema = z
  .union([licenseSchema, shortLicenseSchema])
  .describe("The whole licence for a key with licenses:read; otherwise what an app needs of it");

export const validateLicenseSchema = z.strictObject({
  key: typedKeySchema,
  /** Asks as well whether the licence is active there. */
  identifier: identifierSchema.optional(),
  /** Asks as well whether the licence is for this product. */
  product: productSchema.optional(),
});

export const activateLicenseSchema = z.strictObject({
  key: typedKeySchema,
  identifier: identifierSchema,
  metadata: metadataSchema.optional(),
});

export const deactivateLicenseSchema = z.strictObject({ key: typedKeySchema, identifier: identifierSchema });

/** Administrators use licences of all environments, so they name what the public API has in the path. */
const inEnvironment = { environment: environmentSchema };
export const validateLicenseInEnvironmentSchema = validateLicenseSchema.extend(inEnvironment);
export const activateLicenseInEnvironmentSchema = activateLicenseSchema.extend(inEnvironment);
export const deactivateLicenseInEnvironmentSchema = deactivateLicenseSchema.extend(inEnvironment);

/** Answer of `POST /licenses/validate`. */
export const validationSchema = z.object({
  valid: z.boolean(),
  code: z.enum(VALIDATION_CODES),
  /** Null for `not_found` alone. */
  license: usedLicenseSchema.nullable(),
});

export type Validation = z.infer<typeof validationSchema>;
