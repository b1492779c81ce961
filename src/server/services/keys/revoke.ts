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
 * Cuts a key off. Reversible; a key that is revoked already stays as it was, with its first reason.
 * @throws AppError not_found
 */
export async function revokeKey(
  ctx: ServiceContext,
  input: z.input<typeof revokeKeySchema>,
): Promise<KeyView> {
  const { id, reason } = parse(revokeKeySchema, input);
  return changeKey(ctx, id, "key.revoke", (key) => {
    if (key.revokedAt) return null;
    return {
      revokedAt: ctx.clock.now(),
      revokedBy: principalName(ctx.principal),
      revokedReason: cleanText(reason) || null,
    };
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
