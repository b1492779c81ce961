import type { CustomerView } from "@/contracts/customers";
import type { Customer } from "@/contracts/schemas/customers";
import type { customers } from "@/server/database/schema";

export type CustomerRow = typeof customers.$inferSelect;

/** A row as the public API shows it. */
function customerOf(row: CustomerRow): Customer {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    metadata: row.metadata,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** A row as the console shows it. */
export function customerViewOf(row: CustomerRow): CustomerView {
  return { environment: row.environment, ...customerOf(row) };
}

/** What the audit keeps of a customer. */
export function auditedCustomer({ email, name, metadata }: CustomerRow) {
  return { email, name, metadata };
}
