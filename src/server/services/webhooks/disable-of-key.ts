import { and, asc, eq, inArray, isNotNull, isNull, or } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { revokeKeySchema } from "@/contracts/schemas/keys";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { apiKeys, webhookEndpoints } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { reachable, withinReach } from "../reach";
import { ofKey } from "./internal/of-key";
import { stopByHand } from "./internal/stop";

/**
 * Disables the endpoints that a key has left: those that it, or a key in which it lives on, has set up or was told the secret of. A key
 * sets one up while its own row is locked, so of keys whose revoke is through all are found; of one that works still, those of now.
 *
 * Also those that are disabled, where a key could enable them again.
 *
 * Each in a transaction of its own, and once: a key that works still could enable its own again and again.
 * @param input why the key is cut off, which goes on record with each
 * @returns which were disabled
 */
export async function disableWebhooksOfKey(
  ctx: ServiceContext,
  input: z.input<typeof revokeKeySchema>,
): Promise<Id<"whe">[]> {
  authorize(ctx, "webhooks:manage");
  const { id: keyId, reason } = parse(revokeKeySchema, input);
  const isLeft = and(
    or(
      isNull(webhookEndpoints.disabledAt),
      // As isLeftToKeys has it: whoever has the key can have its receiver answer 410, and any key could enable that again.
      inArray(webhookEndpoints.disabledReason, ["gone", "failing"]),
      isNotNull(webhookEndpoints.disabledByKeyId),
    ),
    withinReach(ctx, webhookEndpoints.environment),
    ofKey(keyId, ctx.clock.now()),
  );
  const { key, found } = await withDatabase(ctx, async (db) => {
    const [key] = await db
      .select({ id: apiKeys.id, name: apiKeys.name })
      .from(apiKeys)
      .where(reachable(ctx, apiKeys, keyId));
    const found = await db
      .select({ id: webhookEndpoints.id })
      .from(webhookEndpoints)
      .where(isLeft)
      .orderBy(asc(webhookEndpoints.id));
    return { key, found };
  });
  if (!key) return [];
  const disabled: Id<"whe">[] = [];
  for (const { id } of found) {
    await withTransaction(ctx, async (ctx) => {
      const [endpoint] = await ctx.tx
        .select()
        .from(webhookEndpoints)
        .where(and(eq(webhookEndpoints.id, id), isLeft))
        .for("no key update");
      // An administrator has disabled it, or somebody has deleted it meanwhile, or sends it elsewhere.
      if (!endpoint) return;
      authorize(ctx, "webhooks:manage", endpoint.environment);
      await stopByHand(ctx, endpoint, { key, reason });
      disabled.push(id);
    });
  }
  return disabled;
}
