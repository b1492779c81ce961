import { and, eq, isNull } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { notFound } from "@/server/core/errors";
import type { Executor, Transaction } from "@/server/database/connections";
import { apiKeys } from "@/server/database/schema";
import { keyColumns, keyViewsOf } from "./view";

/**
 * The key with this id.
 * @throws AppError not_found, also for a deleted one
 */
export async function loadKey(db: Executor, id: Id<"key">, now: Date): Promise<KeyView> {
  const rows = await db.select(keyColumns).from(apiKeys).where(presentKey(id));
  const [view] = await keyViewsOf(db, rows, now);
  if (!view) throw notFound();
  return view;
}

/**
 * The same, with the row locked until the transaction ends: two administrators' changes to one key happen one after the
 * other, so that each audit row's before is what the change really found.
 */
export async function lockKey(tx: Transaction, id: Id<"key">, now: Date): Promise<KeyView> {
  await tx.select({ id: apiKeys.id }).from(apiKeys).where(presentKey(id)).for("update");
  return loadKey(tx, id, now);
}

/** The condition under which a key is there at all. */
export function presentKey(id: Id<"key">) {
  return and(eq(apiKeys.id, id), isNull(apiKeys.deletedAt));
}
