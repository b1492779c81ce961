import { and, asc, desc, isNotNull, isNull, or } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { revokeKeySchema } from "@/contracts/schemas/keys";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { apiKeys } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { reachable } from "../reach";
import { disableWebhooksOfKey } from "../webhooks";
import { changeKeys } from "./internal/change";
import { holdsPermission } from "./internal/filters";
import { madeBy } from "./internal/made";
import { revocation } from "./internal/revocation";

/** Keys that are revoked in one transaction, which holds the lock of the audit's chain. */
const BATCH = 200;

/**
 * Cuts off a key that was stolen, and all in which it lives on (services/made-keys.ts): every key that no administrator has revoked yet,
 * and the webhook endpoints that these have set up or were told the secret of, to which events would go on being sent.
 *
 * First those that could make others meanwhile. A key makes one while its own row is locked, so once its revoke is through, what it has
 * made is found, and asking again until nothing is left finds all of it; and so are the endpoints, once all of the keys are cut off.
 * Those of the beginning are disabled before, as many keys take a while. A batch at a time, each of which stays done whatever becomes of
 * the next; a repeat goes on from there.
 *
 * Also of a key that works no more, or was deleted: whoever has stolen it could revoke it, or delete it by another, before anybody looks.
 * @returns how many keys were revoked besides the key itself, and how many endpoints were disabled
 * @throws AppError not_found where there never was such a key
 */
export async function revokeKeyWithMade(
  ctx: ServiceContext,
  input: z.input<typeof revokeKeySchema>,
): Promise<{ others: number; endpoints: number }> {
  authorize(ctx, "keys:manage");
  const { id, reason } = parse(revokeKeySchema, input);
  if (ctx.principal.kind === "key") throw notFound();
  await requireKnown(ctx, id);
  // Left out where it is deleted, also meanwhile, which must not end the rest.
  await changeKeys(ctx, [id], "key.revoke", revocation(ctx, reason));
  const disabled = new Set(await disableWebhooksOfKey(ctx, { id, reason }));
  let others = 0;
  for (;;) {
    const batch = await revokeBatch(ctx, id, reason);
    if (batch === null) break;
    others += batch;
  }
  for (const endpoint of await disableWebhooksOfKey(ctx, { id, reason })) disabled.add(endpoint);
  return { others, endpoints: disabled.size };
}

/**
 * That there is such a key, or was: a deleted one keeps its row.
 * @throws AppError not_found; permission_denied in its environment
 */
async function requireKnown(ctx: ServiceContext, id: Id<"key">): Promise<void> {
  const [key] = await withDatabase(ctx, (db) =>
    db
      .select({ environment: apiKeys.environment })
      .from(apiKeys)
      .where(reachable(ctx, apiKeys, id)),
  );
  if (!key) throw notFound();
  authorize(ctx, "keys:manage", key.environment);
}

/** @returns null: there was nothing left */
function revokeBatch(ctx: ServiceContext, id: Id<"key">, reason: string): Promise<number | null> {
  return withTransaction(ctx, async (ctx) => {
    const managesFirst = desc(holdsPermission("keys:manage"));
    // Expired ones too: one that expires while it makes another would not be waited for. And what a key has revoked, it could let work again.
    const isLeft = and(
      isNull(apiKeys.deletedAt),
      or(isNull(apiKeys.revokedAt), isNotNull(apiKeys.revokedByKeyId)),
    );
    const found = await ctx.tx
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(and(isLeft, madeBy(id, ctx.clock.now())))
      .orderBy(managesFirst, asc(apiKeys.id))
      .limit(BATCH);
    if (found.length === 0) return null;
    // One that was deleted meanwhile is left out: a stolen key could go on deleting its own so that no batch ever comes to its end.
    const revoked = await changeKeys(
      ctx,
      found.map(({ id }) => id),
      "key.revoke",
      revocation(ctx, reason),
    );
    return revoked.length;
  });
}
