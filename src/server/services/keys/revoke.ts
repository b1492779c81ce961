import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { principalName } from "@/server/core/principal";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { changeKey } from "./internal/change";
import { lockKey } from "./internal/load";

/**
 * Cuts a key off. Reversible; a key that is revoked already stays as it was, with its first reason.
 * @throws AppError not_found
 */
export function revokeKey(ctx: ServiceContext, input: { id: Id<"key">; reason: string }): Promise<KeyView> {
  return changeKey(ctx, input.id, "key.revoke", (key) => {
    if (key.revokedAt) return null;
    return {
      revokedAt: ctx.clock.now(),
      revokedBy: principalName(ctx.principal),
      revokedReason: cleanText(input.reason) || null,
    };
  });
}

/**
 * Revokes several keys, all or none.
 * @throws AppError not_found when one of them is absent
 */
export function revokeKeys(
  ctx: ServiceContext,
  input: { ids: Id<"key">[]; reason: string },
): Promise<{ revoked: Id<"key">[] }> {
  authorize(ctx, "keys:manage");
  // Always in the same order: two administrators revoking overlapping sets must not lock each other out.
  const ids = [...new Set(input.ids)].sort();
  return withTransaction(ctx, async (ctx) => {
    // All of them before the first is on record: the audit's lock comes last (see recordAudit).
    for (const id of ids) await lockKey(ctx.tx, id, ctx.clock.now());
    for (const id of ids) await revokeKey(ctx, { id, reason: input.reason });
    return { revoked: ids };
  });
}
