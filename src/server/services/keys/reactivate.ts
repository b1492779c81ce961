import type { Id } from "@/contracts/ids";
import type { KeyView } from "@/contracts/keys";
import type { ServiceContext } from "../context";
import { changeKey } from "./internal/change";

/**
 * Takes a revoke back: the same secret works again, unless the key has expired meanwhile.
 * @throws AppError not_found
 */
export function reactivateKey(ctx: ServiceContext, input: { id: Id<"key"> }): Promise<KeyView> {
  return changeKey(ctx, input.id, "key.reactivate", (key) =>
    key.revokedAt ? { revokedAt: null, revokedBy: null, revokedReason: null } : null,
  );
}
