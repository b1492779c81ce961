import * as z from "zod";
import { atLeastOne } from "../changes";
import { LICENSE_STATUSES, MAX_ACTIVATION_LIMIT } from "../licenses";
import { grouped } from "../numbers";
import { boundedArray } from "./arrays";
import { createCustomerSchema } from "./customers";
import { environmentFilterSchema, environmentSchema } from "./environments";
import { idSchema } from "./ids";
import { anyOf, apiPageShape, consolePage, stepSchema, updatedSinceSchema } from "./lists";
import { metadataPatchSchema, metadataSchema } from "./metadata";
import { refuseProblem, text, timestampSchema } from "./text";

const MAX_VALIDITY_DAYS = 36_500;
const MAX_FEATURES = 100;

export const productSchema = text(1, 100);

/** A licence key to import. Visible ASCII: it is read out on the telephone and typed into forms. Matched exactly, case too. */
const importedKeySchema = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,255}$/, { abort: true, error: "Must be 1 to 255 visible ASCII characters" })
  .superRefine(refuseProblem);

/** Null: as many activations as they like. */
const activationLimitSchema = z
  .number()
  .int("Must be a whole number")
  .min(1, "Must be at least 1")
  .max(MAX_ACTIVATION_LIMIT, `Must be at most ${grouped(MAX_ACTIVATION_LIMIT)}`)
  .nullable();

const featuresSchema = boundedArray(text(1, 100), {
  max: MAX_FEATURES,
  words: { long: `Must be at most ${MAX_FEATURES} features` },
}).transform((features) => [...new Set(features)]);

/** The fields of a new licence; the console adds the environment to them. */
export const newLicenseShape = {
  product: productSchema,
  /** An existing customer. Without one, and without `customer`, the licence is `available`. */
  customerId: idSchema("cus").optional(),
  /** The customer with this e-mail; made if there is none. One that exists stays as it is. */
  customer: z
    .strictObject({ email: createCustomerSchema.shape.email, name: createCustomerSchema.shape.name })
    .optional(),
  activationLimit: activationLimitSchema.optional(),
  /** May lie in the past: an imported licence may have expired long ago. */
  expiresAt: timestampSchema.nullable().optional(),
  /** Days of 24 hours from now, instead of `expiresAt`. */
  validityDays: z.number().int("Must be a whole number").min(1).max(MAX_VALIDITY_DAYS).optional(),
  features: featuresSchema.optional(),
  metadata: metadataSchema.optional(),
  key: importedKeySchema.optional(),
};

type OneOfTwo = { customerId?: unknown; customer?: unknown; expiresAt?: unknown; validityDays?: unknown };

/** Refuses two answers to one question: which of them was meant cannot be known. */
export function refuseContradictions(input: OneOfTwo, ctx: z.RefinementCtx): void {
  const contradictions = [
    ["customerId", "customer"],
    ["expiresAt", "validityDays"],
  ] as const;
  for (const [one, other] of contradictions) {
    if (input[one] === undefined || input[other] === undefined) continue;
    ctx.addIssue({ code: "custom", path: [other], message: `Send ${one} or ${other}, not both` });
  }
}

export const createLicenseSchema = z.strictObject(newLicenseShape).superRefine(refuseContradictions);

export type CreateLicenseInput = z.input<typeof createLicenseSchema>;

/** The console's rows are of all environments, so it names what the public API has in the path. */
export const createLicenseInEnvironmentSchema = z
  .strictObject({ environment: environmentSchema, ...newLicenseShape })
  .superRefine(refuseContradictions);

/** What can change; what is absent stays. `features` are replaced as a whole, null takes the customer away. */
const licenseChangesShape = {
  customerId: idSchema("cus").nullable().optional(),
  activationLimit: activationLimitSchema.optional(),
  expiresAt: timestampSchema.nullable().optional(),
  features: featuresSchema.optional(),
};

/** `metadata` is merged (RFC 7396). */
export const updateLicenseSchema = z
  .strictObject({ ...licenseChangesShape, metadata: metadataPatchSchema.optional() })
  .check(atLeastOne("field"));

/** The same for the console, whose form shows all of `metadata` and replaces it as a whole. */
export const editLicenseSchema = z.strictObject({
  ...licenseChangesShape,
  metadata: metadataSchema.optional(),
});

export const licenseIdSchema = z.strictObject({ id: idSchema("lic") });

/** What is absent stays. `metadata` takes the place of what was there, `metadataPatch` is merged into it (RFC 7396). */
export const changeLicenseSchema = z.strictObject({
  ...licenseIdSchema.shape,
  ...editLicenseSchema.shape,
  metadataPatch: metadataPatchSchema.optional(),
});

export type ChangeLicenseInput = z.input<typeof changeLicenseSchema>;

/** Body of suspend, reinstate and revoke. */
export const licenseStepSchema = z.strictObject({ reason: text(0, 500).default("") });

/** The same with the licence, which the public API has in the path. */
export const stepLicenseSchema = z.strictObject({ ...licenseIdSchema.shape, ...licenseStepSchema.shape });

export type StepLicenseInput = z.input<typeof stepLicenseSchema>;

export const licenseSearchSchema = text(0, 100);

/** Query of `GET /licenses`. Query values arrive as text. */
export const listLicensesQuerySchema = z.strictObject({
  status: z.enum(LICENSE_STATUSES).optional(),
  product: productSchema.optional(),
  customerId: idSchema("cus").optional(),
  /**
   * Matches within the licence key and the product, or the whole id; for a key that may read customers also within the
   * e-mail and the name of the licence's.
   */
  search: licenseSearchSchema.optional(),
  updatedSince: updatedSinceSchema.optional(),
  ...apiPageShape,
});

export const listLicensesSchema = z.strictObject({
  search: licenseSearchSchema.default(""),
  ...environmentFilterSchema.shape,
  statuses: anyOf(LICENSE_STATUSES),
  product: productSchema.nullable().default(null),
  customerId: idSchema("cus").nullable().default(null),
  ...consolePage(),
});

/** Input of the verb, for pages of the console and of the public API, and for longer steps. */
export const listLicensesStepSchema = listLicensesSchema.extend({
  updatedSince: updatedSinceSchema.optional(),
  limit: stepSchema,
});

/** A licence as the public API shows it. */
export const licenseSchema = z.object({
  id: idSchema("lic"),
  key: z.string(),
  product: z.string(),
  status: z.enum(LICENSE_STATUSES),
  /** Why it was suspended, reinstated or revoked last, and when; null where it never was. Expiry is no step of anybody's. */
  statusReason: z.string().nullable(),
  statusChangedAt: z.iso.datetime().nullable(),
  customerId: idSchema("cus").nullable(),
  activationLimit: z.int().nullable(),
  activationCount: z.int(),
  expiresAt: z.iso.datetime().nullable(),
  features: z.array(z.string()),
  metadata: metadataSchema,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type License = z.infer<typeof licenseSchema>;
