import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { revokeKeySchema, revokeKeysSchema } from "@/contracts/schemas/keys";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { principalName } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { changeKey } from "./internal/change";
import { lockKey } from "./internal/load";

/**
 * Cuts a key off. Reversible; a key that is revoked already stays as it was, with its first reason; where a key has done
 * that, an administrator's revoke takes its place.
 * @throws AppError not_found
 */
export async function revokeKey(
  ctx: ServiceContext,
  input: z.input<typeof revokeKeySchema>,
): Promise<KeyView> {
  const { id, reason } = parse(revokeKeySchema, input);
  const { principal } = ctx;
  return changeKey(ctx, id, "key.revoke", (key) => {
    const by = principal.kind === "key" ? principal.id : null;
    const revokedBy = principalName(principal);
    const revokedReason = cleanText(reason) || null;
    if (!key.revokedAt) return { revokedAt: ctx.clock.now(), revokedBy, revokedByKeyId: by, revokedReason };
    // What a key has revoked, a key could let work again. Not once an administrator has said no to it as well.
    if (key.revokedByKeyId === null || by !== null) return null;
    return { revokedBy, revokedByKeyId: null, ...(revokedReason ? { revokedReason } : {}) };
  });
}

/**
 * Revokes several keys, all or none.
 * @throws AppError not_found when one of them is absent
 */
export async function revokeKeys(
  ctx: ServiceContext,
  input: z.input<typeof revokeKeysSchema>,
): Promise<{ revoked: Id<"key">[] }> {
  authorize(ctx, "keys:manage");
  const { ids: named, reason } = parse(revokeKeysSchema, input);
  // Always in the same order: two administrators revoking overlapping sets must not lock each other out.
  const ids = [...new Set(named)].sort();
  return withTransaction(ctx, async (ctx) => {
    // All of them before the first is on record: the audit's lock comes last (see recordAudit).
    for (const id of ids) await lockKey(ctx, id);
    for (const id of ids) await revokeKey(ctx, { id, reason });
    return { revoked: ids };
  });
}
