import { and, asc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import type { Executor, Transaction } from "@/server/database/connections";
import { apiKeyCustomers, apiKeys } from "@/server/database/schema";
import { type CallingKey, lockCallingKey, requireCallingKey } from "../../calling-key";
import type { ServiceContext } from "../../context";
import { reachable, withinReach } from "../../reach";
import { keyColumns, keyViewsOf } from "./view";

/**
 * The key with this id.
 * @throws AppError not_found, also for a deleted one, and for one that the calling key does not manage
 */
export async function loadKey(
  ctx: ServiceContext,
  db: Executor,
  id: Id<"key">,
  caller: CallingKey | null,
): Promise<KeyView> {
  const [view] = await viewsWhere(ctx, db, presentKey(ctx, id, caller));
  if (!view) throw notFound();
  return view;
}

/** What a change that is under way has made of a key, which may be out of reach by now until the change is refused. */
export async function loadChanged(
  ctx: ServiceContext & { tx: Transaction },
  id: Id<"key">,
): Promise<KeyView> {
  const views = await loadAllChanged(ctx, [id]);
  return changedOf(views, id);
}

/** The same of several keys, by id. */
export async function loadAllChanged(
  ctx: ServiceContext & { tx: Transaction },
  ids: Id<"key">[],
): Promise<Map<Id<"key">, KeyView>> {
  const views = await viewsWhere(ctx, ctx.tx, inArray(apiKeys.id, ids));
  return new Map(views.map((view) => [view.id, view]));
}

/** The one of these keys, which cannot be gone: its row is locked. */
export function changedOf(views: ReadonlyMap<Id<"key">, KeyView>, id: Id<"key">): KeyView {
  const view = views.get(id);
  if (!view) throw new Error("A key is gone while it is changed.");
  return view;
}

async function viewsWhere(ctx: ServiceContext, db: Executor, condition: SQL | undefined): Promise<KeyView[]> {
  const rows = await db.select(keyColumns).from(apiKeys).where(condition);
  return keyViewsOf(db, rows, ctx.clock.now());
}

/**
 * The same, with the row locked until the transaction ends: two administrators' changes to one key happen one after the
 * other, so that each audit row's before is what the change really found.
 *
 * Where a key changes it, the calling key's row is locked as well. So that two keys that manage each other do not wait for each other, the one
 * with the lower id is locked first.
 * @throws AppError not_found, and what requireCallingKey throws
 */
export async function lockKey(
  ctx: ServiceContext & { tx: Transaction },
  id: Id<"key">,
): Promise<{ key: KeyView; caller: CallingKey | null }> {
  const callerId = ctx.principal.kind === "key" ? ctx.principal.id : null;
  // What is out of reach is not waited for, and nobody else waits for it: an answer that took longer would tell that it is there.
  if (callerId) await loadKey(ctx, ctx.tx, id, await requireCallingKey(ctx, ctx.tx, "keys:manage"));
  if (callerId && callerId < id) await lockCallingKey(ctx);
  await ctx.tx
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(reachable(ctx, apiKeys, id), isNull(apiKeys.deletedAt)))
    .for("update");
  if (callerId && callerId > id) await lockCallingKey(ctx);
  const caller = await requireCallingKey(ctx, ctx.tx, "keys:manage");
  const key = await loadKey(ctx, ctx.tx, id, caller);
  authorize(ctx, "keys:manage", key.environment);
  return { key, caller };
}

/**
 * The same for several keys at once, where no key calls: those that are there, all locked before the first is changed, and always in the
 * same order, so that two administrators who change overlapping sets do not wait for each other.
 */
export async function lockKeys(
  ctx: ServiceContext & { tx: Transaction },
  ids: Id<"key">[],
): Promise<KeyView[]> {
  // A calling key's row would have to be locked among them, in that order.
  if (ctx.principal.kind === "key") throw notFound();
  const present = and(
    inArray(apiKeys.id, ids),
    withinReach(ctx, apiKeys.environment),
    isNull(apiKeys.deletedAt),
  );
  await ctx.tx.select({ id: apiKeys.id }).from(apiKeys).where(present).orderBy(asc(apiKeys.id)).for("update");
  const keys = await viewsWhere(ctx, ctx.tx, present);
  for (const { environment } of keys) authorize(ctx, "keys:manage", environment);
  return keys;
}

/** The condition under which a key is there at all. */
export function presentKey(ctx: ServiceContext, id: Id<"key">, caller: CallingKey | null) {
  return and(reachable(ctx, apiKeys, id), isNull(apiKeys.deletedAt), managedBy(ctx, caller));
}

/**
 * Narrows keys to those that the calling key manages: those that it has made, unless an administrator gave it all; and of these, where
 * it is restricted to customers, those that are restricted to some of its own, as a key names its customers. None, where a verb has
 * not asked which key calls.
 * @returns undefined where no key calls
 */
export function managedBy({ principal }: ServiceContext, caller: CallingKey | null): SQL | undefined {
  if (principal.kind !== "key") return undefined;
  if (!caller) return sql`false`;
  const { id, managesKeys, customers } = caller;
  const made = managesKeys === "all" ? undefined : eq(apiKeys.createdByKeyId, id);
  if (customers === null) return made ?? sql`true`;
  const scopes = sql`from ${apiKeyCustomers} where ${apiKeyCustomers.keyId} = ${apiKeys.id}`;
  const own = sql`any(${sql.param([...customers])}::text[])`;
  // One of them at least: a key whose customers were all deleted may have been anybody's, and may be given another.
  const isWithin = sql`exists (select ${scopes} and ${apiKeyCustomers.customerId} = ${own})
    and not exists (select ${scopes} and not ${apiKeyCustomers.customerId} = ${own})`;
  return and(made, eq(apiKeys.customerScoped, true), isWithin);
}
