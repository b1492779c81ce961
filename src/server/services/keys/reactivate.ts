import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { keyIdSchema } from "@/contracts/schemas/keys";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { Transaction } from "@/server/database/connections";
import type { CallingKey } from "../calling-key";
import type { ServiceContext } from "../context";
import type { ApprovalGround } from "./internal/approval";
import { changeKey } from "./internal/change";
import { requireRoom } from "./internal/room";

/**
 * Takes a revoke back: the same secret works again, unless the key has expired meanwhile.
 * @param ground why it may do what takes a second person, where the key was never approved for what the policy names
 * @throws AppError not_found; validation_failed for a key that is outside of the policy: it is edited first
 */
export async function reactivateKey(
  ctx: ServiceContext,
  input: { id: Id<"key"> },
  ground: ApprovalGround = null,
): Promise<KeyView> {
  const { id } = parse(keyIdSchema, input);
  const revive = async (key: KeyView, tx: Transaction, caller: CallingKey | null) => {
    if (!key.revokedAt) return null;
    if (caller) {
      requireRevokedByKey(key, caller);
      // Else a key would make and revoke in turn, and let them all work again together.
      if (key.createdByKeyId) await requireRoom(tx, key.createdByKeyId);
    }
    return { revokedAt: null, revokedBy: null, revokedByKeyId: null, revokedReason: null };
  };
  return changeKey(ctx, id, "key.reactivate", revive, ground);
}

/**
 * Keeps a key from taking back what somebody else has decided: an administrator, the policy, or another key where it manages its own
 * alone. It could let a stolen key work again.
 * @throws AppError invalid_state
 */
function requireRevokedByKey({ revokedByKeyId }: KeyView, { id, managesKeys }: CallingKey): void {
  if (managesKeys === "all" ? revokedByKeyId !== null : revokedByKeyId === id) return;
  throw new AppError(
    "invalid_state",
    "This key was revoked by somebody else: it can be reactivated in the console alone.",
  );
}
