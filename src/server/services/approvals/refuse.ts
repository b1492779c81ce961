import type { z } from "zod";
import type { ApprovalView } from "@/contracts/approvals";
import { refuseApprovalSchema } from "@/contracts/schemas/approvals";
import { cleanText } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { principalName } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeApproval, decidedBy } from "./internal/change";
import { tellOfDecision } from "./internal/tell-decision";

/**
 * Refuses what somebody else has asked for, also what was approved and not yet revealed.
 * @throws AppError not_found; permission_denied for one's own, which is withdrawn; invalid_state
 */
export async function refuseApproval(
  ctx: ServiceContext,
  input: z.input<typeof refuseApprovalSchema>,
): Promise<ApprovalView> {
  authorize(ctx, "keys:manage");
  const { id, reason } = parse(refuseApprovalSchema, input);
  return changeApproval(ctx, id, ["asked", "approved"], "approval.refuse", async (ctx, row) => {
    if (row.requestedById === ctx.principal.id) {
      throw new AppError("permission_denied", "You have asked for this yourself. Withdraw it.");
    }
    const by = principalName(ctx.principal);
    const told = cleanText(reason) || null;
    await tellOfDecision(ctx, row, "refused", { by, reason: told });
    return { ...decidedBy(ctx, by), state: "refused", reason: told };
  });
}
