import { and, isNull } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import type { Executor, Transaction } from "@/server/database/connections";
import { apiKeys } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { reachable } from "../../reach";
import { keyColumns, keyViewsOf } from "./view";

/**
 * The key with this id.
 * @throws AppError not_found, also for a deleted one
 */
export async function loadKey(ctx: ServiceContext, db: Executor, id: Id<"key">): Promise<KeyView> {
  const rows = await db.select(keyColumns).from(apiKeys).where(presentKey(ctx, id));
  const [view] = await keyViewsOf(db, rows, ctx.clock.now());
  if (!view) throw notFound();
  return view;
}

/**
 * The same, with the row locked until the transaction ends: two administrators' changes to one key happen one after the
 * other, so that each audit row's before is what the change really found.
 */
export async function lockKey(ctx: ServiceContext & { tx: Transaction }, id: Id<"key">): Promise<KeyView> {
  await ctx.tx.select({ id: apiKeys.id }).from(apiKeys).where(presentKey(ctx, id)).for("update");
  const key = await loadKey(ctx, ctx.tx, id);
  authorize(ctx, "keys:manage", key.environment);
  return key;
}

/** The condition under which a key is there at all. */
export function presentKey(ctx: ServiceContext, id: Id<"key">) {
  return and(reachable(ctx, apiKeys, id), isNull(apiKeys.deletedAt));
}
