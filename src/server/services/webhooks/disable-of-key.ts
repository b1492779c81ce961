import { and, asc, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { keyIdSchema } from "@/contracts/schemas/keys";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { webhookEndpoints } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";
import { ofKey } from "./internal/of-key";
import { stopByHand } from "./internal/stop";

/**
 * Disables the endpoints that a key has left: those that it, or a key in which it lives on, has set up or was told the secret of. A key
 * sets one up while its own row is locked, so of keys whose revoke is through all are found; of one that works still, those of now.
 *
 * Each in a transaction of its own, and once: a key that works still could enable its own again and again.
 * @returns which were disabled
 */
export async function disableWebhooksOfKey(
  ctx: ServiceContext,
  input: z.input<typeof keyIdSchema>,
): Promise<Id<"whe">[]> {
  authorize(ctx, "webhooks:manage");
  const { id: keyId } = parse(keyIdSchema, input);
  const isLeft = and(
    isNull(webhookEndpoints.disabledAt),
    withinReach(ctx, webhookEndpoints.environment),
    ofKey(keyId, ctx.clock.now()),
  );
  const found = await withDatabase(ctx, (db) =>
    db
      .select({ id: webhookEndpoints.id })
      .from(webhookEndpoints)
      .where(isLeft)
      .orderBy(asc(webhookEndpoints.id)),
  );
  const disabled: Id<"whe">[] = [];
  for (const { id } of found) {
    await withTransaction(ctx, async (ctx) => {
      const [endpoint] = await ctx.tx
        .select()
        .from(webhookEndpoints)
        .where(and(eq(webhookEndpoints.id, id), isLeft))
        .for("no key update");
      // Somebody has disabled or deleted it meanwhile, or sends it elsewhere.
      if (!endpoint) return;
      authorize(ctx, "webhooks:manage", endpoint.environment);
      await stopByHand(ctx, endpoint);
      disabled.push(id);
    });
  }
  return disabled;
}
