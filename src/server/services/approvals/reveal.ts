import type { z } from "zod";
import type { RevealedKey } from "@/contracts/keys";
import { approvalIdSchema } from "@/contracts/schemas/approvals";
import { createKeySchema } from "@/contracts/schemas/keys";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { createKey } from "../keys";
import { changeApproval } from "./internal/change";

/**
 * Makes the key that was approved, and reveals its secret, once, to whoever has asked for it. The policy is asked again: what
 * was tightened meanwhile holds.
 * @throws AppError not_found; permission_denied for everybody else; invalid_state; validation_failed by the policy
 */
export async function revealApproved(
  ctx: ServiceContext,
  input: z.input<typeof approvalIdSchema>,
): Promise<RevealedKey> {
  authorize(ctx, "keys:manage");
  const { id } = parse(approvalIdSchema, input);
  requireFreshFactor(ctx);
  let revealed: RevealedKey | undefined;
  await changeApproval(ctx, id, ["approved"], null, async (ctx, row) => {
    // Whoever approves must not hold what they approve: else one of two who mean well would be enough to steal a key.
    if (row.requestedById !== ctx.principal.id) {
      throw new AppError(
        "permission_denied",
        `Only ${row.requestedBy}, who has asked for this key, may see its secret.`,
      );
    }
    // Made now and not when it was approved: a secret that waited would have to lie somewhere, for whoever reads the database.
    revealed = await createKey(ctx, parse(createKeySchema, row.input), {
      by: row.decidedBy ?? "",
      requestedBy: row.requestedBy,
    });
    return { state: "done", keyId: revealed.key.id };
  });
  if (!revealed) throw new Error("A key was approved and not made");
  return revealed;
}
