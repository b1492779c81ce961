import { eq } from "drizzle-orm";
import type { Transaction } from "@/server/database/connections";
import { apiKeys } from "@/server/database/schema";
import type { ServiceContext } from "../context";

/**
 * Locks the row of the calling key, where a key calls, until the transaction ends: against changes, and not against what refers to
 * it, so that its other calls go on. A revoke of it is not answered meanwhile, and whoever looks then at what it has made sees all.
 * Not FOR SHARE, which one call after the other would take past a revoke that waits, so that whoever has stolen the key could keep
 * it from being revoked.
 */
export async function lockCallingKey({ principal, tx }: ServiceContext & { tx: Transaction }): Promise<void> {
  if (principal.kind !== "key") return;
  await tx.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.id, principal.id)).for("no key update");
}
