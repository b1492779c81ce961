import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { keyIdSchema } from "@/contracts/schemas/keys";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { withDatabase } from "@/server/database/session";
import { requireCallingKey } from "../calling-key";
import type { ServiceContext } from "../context";
import { loadKey } from "./internal/load";

/**
 * One key, without anything secret.
 * @throws AppError not_found, also for a deleted one, and for one that the calling key does not manage
 */
export async function getKey(ctx: ServiceContext, input: { id: Id<"key"> }): Promise<KeyView> {
  authorize(ctx, "keys:read");
  const { id } = parse(keyIdSchema, input);
  return withDatabase(ctx, async (db) => loadKey(ctx, db, id, await requireCallingKey(ctx, db, "keys:read")));
}
