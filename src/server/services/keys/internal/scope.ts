import { and, eq, inArray } from "drizzle-orm";
import { hasCome } from "@/contracts/ends";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { canonicalRange } from "@/server/core/addresses";
import type { Clock } from "@/server/core/clock";
import { invalidField, validationFailed } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { apiKeyCustomers, customers } from "@/server/database/schema";

/** An expiry must lie ahead: a key that is dead on arrival is a typing error. */
export function futureExpiry(expiresAt: string | null, clock: Clock): Date | null {
  if (expiresAt === null) return null;
  const date = new Date(expiresAt);
  if (hasCome(date, clock.now())) throw invalidField("expiresAt", "Must be in the future", "past");
  return date;
}

/** The list as Postgres' cidr wants it, each range once. */
export function canonicalRanges(ranges: readonly string[]): string[] {
  const errors = ranges.flatMap((range, index) =>
    canonicalRange(range)
      ? []
      : [{ path: `ipAllowlist.${index}`, message: "Is not an address or range", code: "invalid" }],
  );
  if (errors.length > 0) throw validationFailed(errors);
  return [...new Set(ranges.map((range) => canonicalRange(range) as string))];
}

/**
 * Makes the given customers the key's scope.
 * @throws AppError validation_failed naming each customer that this environment does not have
 */
export async function replaceScope(
  tx: Transaction,
  key: { id: Id<"key">; environment: Environment },
  customerIds: readonly Id<"cus">[] | null,
): Promise<void> {
  await tx.delete(apiKeyCustomers).where(eq(apiKeyCustomers.keyId, key.id));
  if (customerIds === null || customerIds.length === 0) return;
  const found = await tx
    .select({ id: customers.id })
    .from(customers)
    .where(and(inArray(customers.id, [...customerIds]), eq(customers.environment, key.environment)))
    // Shared lock: a customer must not vanish between this check and the insert, which would be a fault instead of a 422.
    .for("key share");
  const known = new Set(found.map((customer) => customer.id));
  const errors = customerIds.flatMap((id, index) =>
    known.has(id)
      ? []
      : [{ path: `customers.${index}`, message: "No such customer in this environment", code: "unknown" }],
  );
  if (errors.length > 0) throw validationFailed(errors);
  await tx
    .insert(apiKeyCustomers)
    .values(customerIds.map((customerId) => ({ keyId: key.id, customerId, environment: key.environment })));
}
