import * as z from "zod";
import { ACTIVATION_FILTERS } from "../activations";
import { idSchema } from "./ids";
import { usedLicenseSchema } from "./license-use";
import { apiPageShape, consolePage, stepSchema } from "./lists";
import { metadataSchema } from "./metadata";

/** A device or installation on which a licence is, or was, active. */
export const activationSchema = z.object({
  id: idSchema("act"),
  licenseId: idSchema("lic"),
  identifier: z.string(),
  metadata: metadataSchema,
  createdAt: z.iso.datetime(),
  /** Null while it is active. */
  deactivatedAt: z.iso.datetime().nullable(),
});

export type Activation = z.infer<typeof activationSchema>;

/** Answer of activate and deactivate: the activation, and the licence with its new count. */
export const activationChangeSchema = z.object({ activation: activationSchema, license: usedLicenseSchema });

export type ActivationChange = z.infer<typeof activationChangeSchema>;

/** Query of `GET /licenses/{id}/activations`. Query values arrive as text. */
export const listActivationsQuerySchema = z.strictObject({
  status: z.enum(ACTIVATION_FILTERS).default("active"),
  ...apiPageShape,
});

export const listActivationsSchema = z.strictObject({
  id: idSchema("lic"),
  status: z.enum(ACTIVATION_FILTERS).default("all"),
  ...consolePage(10),
});

/** Input of the verb, for pages of the console and of the public API. */
export const listActivationsStepSchema = listActivationsSchema.extend({ limit: stepSchema });

export const listCustomerActivationsSchema = z.strictObject({
  customerId: idSchema("cus"),
  ...consolePage(10),
});

/** Input of the verb, for pages of the console and for longer steps. */
export const listCustomerActivationsStepSchema = listCustomerActivationsSchema.extend({ limit: stepSchema });

/** Ends one activation of the licence `id`. */
export const endActivationSchema = z.strictObject({ id: idSchema("lic"), activationId: idSchema("act") });
