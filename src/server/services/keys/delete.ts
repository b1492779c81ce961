import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { deleteKeySchema } from "@/contracts/schemas/keys";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError, invalidField } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { apiKeyReplacedSecrets, apiKeys } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { publishWebhooks } from "../webhooks";
import { lockKey } from "./internal/load";
import { keyEvent } from "./internal/told";
import { auditedKey } from "./internal/view";
import { NO_PREVIOUS_SECRET } from "./regenerate";

/**
 * Deletes a key that no longer works. History keeps its id and name; the digests of all its secrets are destroyed.
 * @throws AppError not_found; invalid_state for an active key; validation_failed when `name` is not the key's
 */
export async function deleteKey(
  ctx: ServiceContext,
  input: z.input<typeof deleteKeySchema>,
): Promise<{ id: Id<"key">; deleted: true }> {
  authorize(ctx, "keys:manage");
  const { id, name } = parse(deleteKeySchema, input);
  requireFreshFactor(ctx);
  const now = ctx.clock.now();
  return withTransaction(ctx, async (ctx) => {
    const { key } = await lockKey(ctx, id);
    if (key.status === "active") throw new AppError("invalid_state", "Revoke the key before you delete it.");
    if (ctx.principal.kind !== "key" && name !== key.name)
      throw invalidField("name", "Does not match the name of the key", "mismatch");
    await ctx.tx
      .update(apiKeys)
      .set({ digest: null, ...NO_PREVIOUS_SECRET, deletedAt: now, updatedAt: now })
      .where(eq(apiKeys.id, key.id));
    await ctx.tx.delete(apiKeyReplacedSecrets).where(eq(apiKeyReplacedSecrets.keyId, key.id));
    await publishWebhooks(ctx, [keyEvent("key.deleted", key)]);
    await recordAudit(ctx, {
      action: "key.delete",
      subject: key,
      environment: key.environment,
      before: auditedKey(key),
    });
    return { id: key.id, deleted: true };
  });
}
