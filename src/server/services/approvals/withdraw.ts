import type { z } from "zod";
import type { ApprovalView } from "@/contracts/approvals";
import { approvalIdSchema } from "@/contracts/schemas/approvals";
import { authorize } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeApproval } from "./internal/change";

/**
 * Takes back what one has asked for.
 * @throws AppError not_found; permission_denied for somebody else's; invalid_state
 */
export async function withdrawApproval(
  ctx: ServiceContext,
  input: z.input<typeof approvalIdSchema>,
): Promise<ApprovalView> {
  authorize(ctx, "keys:manage");
  const { id } = parse(approvalIdSchema, input);
  return changeApproval(ctx, id, ["asked", "approved"], "approval.withdraw", (ctx, row) => {
    if (row.requestedById !== ctx.principal.id) {
      throw new AppError("permission_denied", "Somebody else has asked for this. Refuse it.");
    }
    return { state: "withdrawn" };
  });
}
