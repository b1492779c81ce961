import * as z from "zod";
import { atLeastOne } from "../changes";
import { environmentFilterSchema, environmentSchema } from "./environments";
import { idSchema } from "./ids";
import { apiPageShape, consolePage, stepSchema, updatedSinceSchema } from "./lists";
import { metadataPatchSchema, metadataSchema } from "./metadata";
import { emailSchema, text } from "./text";

export const createCustomerSchema = z.strictObject({
  email: emailSchema,
  name: text(1, 200).nullable().optional(),
  metadata: metadataSchema.optional(),
});

export type CreateCustomerInput = z.input<typeof createCustomerSchema>;

/** The console's rows are of all environments, so it names what the public API has in the path. */
export const createCustomerInEnvironmentSchema = z.strictObject({
  environment: environmentSchema,
  ...createCustomerSchema.shape,
});

/** Whoever is to own a licence: found by the e-mail, else made. */
export const ensureCustomerSchema = createCustomerInEnvironmentSchema.omit({ metadata: true });

/** The e-mail is the customer's identity in its environment and cannot be changed. `metadata` is merged (RFC 7396). */
export const updateCustomerSchema = z
  .strictObject({ name: text(1, 200).nullable().optional(), metadata: metadataPatchSchema.optional() })
  .check(atLeastOne("field"));

/** The same for the console, whose form shows all of `metadata` and replaces it as a whole. */
export const editCustomerSchema = z.strictObject({
  name: text(1, 200).nullable().optional(),
  metadata: metadataSchema.optional(),
});

export const customerSearchSchema = text(0, 100);

/** Query of `GET /customers`. Query values arrive as text. */
export const listCustomersQuerySchema = z.strictObject({
  search: customerSearchSchema.optional(),
  /** The one with this address, in whatever case. */
  email: emailSchema.optional(),
  updatedSince: updatedSinceSchema.optional(),
  ...apiPageShape,
});

export const listCustomersSchema = z.strictObject({
  search: customerSearchSchema.default(""),
  ...environmentFilterSchema.shape,
  ...consolePage(),
});

export type ListCustomersInput = z.input<typeof listCustomersSchema>;

/** Input of the verb, for pages of the console and of the public API, and for longer steps. */
export const listCustomersStepSchema = listCustomersSchema.extend({
  email: emailSchema.optional(),
  updatedSince: updatedSinceSchema.optional(),
  limit: stepSchema,
});

export const customerIdSchema = z.strictObject({ id: idSchema("cus") });

/** What is absent stays. `metadata` takes the place of what was there, `metadataPatch` is merged into it (RFC 7396). */
export const changeCustomerSchema = z.strictObject({
  ...customerIdSchema.shape,
  ...editCustomerSchema.shape,
  metadataPatch: metadataPatchSchema.optional(),
});

export type ChangeCustomerInput = z.input<typeof changeCustomerSchema>;

/** A customer as the public API shows it. */
export const customerSchema = z.object({
  id: idSchema("cus"),
  email: z.string(),
  name: z.string().nullable(),
  metadata: metadataSchema,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export type Customer = z.infer<typeof customerSchema>;
