import type { CustomerView } from "@/contracts/customers";
import { shownInstant } from "@/server/database/instants";
import { customers } from "@/server/database/schema";

/** What is read of a customer: the view itself, so that no row of a list is copied on its way. */
export const customerColumns = {
  environment: customers.environment,
  id: customers.id,
  email: customers.email,
  name: customers.name,
  metadata: customers.metadata,
  createdAt: shownInstant(customers.createdAt),
  updatedAt: shownInstant(customers.updatedAt),
};

/** What the audit keeps of a customer. */
export function auditedCustomer({
  email,
  name,
  metadata,
}: Pick<CustomerView, "email" | "name" | "metadata">) {
  return { email, name, metadata };
}
