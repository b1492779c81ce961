import { sql } from "drizzle-orm";
import type { OwnPermission } from "@/contracts/permissions";
import { invalidField } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { permissions } from "@/server/database/schema";
import { loadOwnPermissions } from "./load";

/**
 * All permissions that were defined here, which nobody else changes until the transaction has ended, nor gives one of them to a
 * key ({@link import("../require").requireDefined}). Who only reads goes on.
 */
export async function lockPermissions(tx: Transaction): Promise<OwnPermission[]> {
  await tx.execute(sql`lock table ${permissions} in exclusive mode`);
  return loadOwnPermissions(tx);
}

/**
 * Refuses to include what is not defined: a name that gets its meaning later would be granted by then to whoever holds this one.
 * @throws AppError validation_failed
 */
export function requireKnown(implies: readonly string[], known: readonly OwnPermission[]): void {
  const unknown = implies.filter((name) => !known.some((one) => one.name === name));
  if (unknown.length > 0)
    throw invalidField("implies", `There is no permission ${unknown.join(", ")}`, "unknown_permission");
}

/** What the audit keeps of one. */
export function auditedPermission({ label, description, implies }: OwnPermission) {
  return { label, description, implies };
}
