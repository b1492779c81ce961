import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { revokeKeySchema, revokeKeysSchema } from "@/contracts/schemas/keys";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { changeKey, changeKeys } from "./internal/change";
import { lockKeys } from "./internal/load";
import { revocation } from "./internal/revocation";

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
  return changeKey(ctx, id, "key.revoke", revocation(ctx, reason));
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
  const ids = [...new Set(named)].sort();
  return withTransaction(ctx, async (ctx) => {
    if ((await lockKeys(ctx, ids)).length < ids.length) throw notFound();
    await changeKeys(ctx, ids, "key.revoke", revocation(ctx, reason));
    return { revoked: ids };
  });
}
