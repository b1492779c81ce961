import { type SQL, sql } from "drizzle-orm";
import type { ServiceContext } from "../../context";

/**
 * The customer with an e-mail. For a key in the words of a function: under row-level security no index serves lower(email),
 * because lower() is not marked as leakproof, and each licence for an e-mail would read all customers.
 */
export function withEmail({ principal }: ServiceContext, email: string): SQL {
  return principal.kind === "key"
    ? sql`id = (select customer_with_email(${email}))`
    : sql`lower(email) = lower(${email} collate "C")`;
}
