import * as z from "zod";
import { VALIDATION_CODES } from "../license-use";
import { environmentSchema } from "./environments";
import { licenseSchema, productSchema } from "./licenses";
import { metadataSchema } from "./metadata";
import { text } from "./text";

/** A licence key as an end user typed it. Whatever it is, it is looked up and found or not. */
const typedKeySchema = text(1, 255);

/** What the app calls the device or installation. */
const identifierSchema = text(1, 255);

/**
 * What an app needs of the licence it runs under. A key that is shipped inside apps can be taken out of them; whoever has
 * it learns of a licence, whose licence key they must know, neither the owner nor the operator's own notes (metadata).
 */
export const shortLicenseSchema = licenseSchema.pick({
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
export const usedLicenseSchema = z.union([licenseSchema, shortLicenseSchema]);

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
