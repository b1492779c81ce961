import * as z from "zod";
import type { Environment } from "@/contracts/environments";
import { activationSchema } from "@/contracts/schemas/activations";
import { customerSchema } from "@/contracts/schemas/customers";
import { jobSchema } from "@/contracts/schemas/jobs";
import { managedKeySchema } from "@/contracts/schemas/keys";
import { licenseSchema } from "@/contracts/schemas/licenses";
import { telemetryEventSchema } from "@/contracts/schemas/telemetry";
import { webhookDeliveryViewSchema, webhookEndpointSchema } from "@/contracts/schemas/webhooks";

/** The answer to a list. */
function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() });
}

export const managedKeyPageSchema = pageSchema(managedKeySchema);
export const customerPageSchema = pageSchema(customerSchema);
export const licensePageSchema = pageSchema(licenseSchema);
export const activationPageSchema = pageSchema(activationSchema);
export const telemetryPageSchema = pageSchema(telemetryEventSchema);
export const jobPageSchema = pageSchema(jobSchema);
export const webhookPageSchema = pageSchema(webhookEndpointSchema);
export const webhookDeliveryPageSchema = pageSchema(webhookDeliveryViewSchema);

/** The answer to a DELETE. */
function deletedSchema<Id extends z.ZodType>(id: Id) {
  return z.object({ id, deleted: z.literal(true) });
}

export const deletedKeySchema = deletedSchema(managedKeySchema.shape.id);
export const deletedCustomerSchema = deletedSchema(customerSchema.shape.id);
export const deletedLicenseSchema = deletedSchema(licenseSchema.shape.id);
export const deletedWebhookSchema = deletedSchema(webhookEndpointSchema.shape.id);

/** A record as the API shows it: the environment is in the path, and only the console shows all of them side by side. */
export function withoutEnvironment<View extends { environment: Environment }>(
  view: View,
): Omit<View, "environment"> {
  // JSON leaves it out; taking it off costs four times as much, for each row of a list.
  return { ...view, environment: undefined };
}
