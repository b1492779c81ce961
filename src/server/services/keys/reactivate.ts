import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import { keyIdSchema } from "@/contracts/schemas/keys";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import type { ApprovalGround } from "./internal/approval";
import { changeKey } from "./internal/change";

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
  const revive = (key: KeyView) =>
    key.revokedAt ? { revokedAt: null, revokedBy: null, revokedReason: null } : null;
  return changeKey(ctx, id, "key.reactivate", revive, ground);
}
