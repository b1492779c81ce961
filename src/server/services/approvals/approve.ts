import type { z } from "zod";
import { APPROVAL_LIFE_MS, type ApprovalView } from "@/contracts/approvals";
import { approvalIdSchema, askApprovalSchema } from "@/contracts/schemas/approvals";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { principalName } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { changeApproval, decidedBy } from "./internal/change";
import { requireRequester } from "./internal/people";
import { perform, rehearse } from "./internal/perform";
import { tellOfDecision } from "./internal/tell-decision";

/**
 * Approves what somebody else has asked for, as the policy and everything else are now. What changes a key happens at once.
 * A new key is not made yet: whoever asked makes it by revealing its secret, so that nobody else ever sees that, and no key
 * exists meanwhile whose secret lies anywhere.
 * @throws AppError not_found; permission_denied for one's own, in whatever session; invalid_state, and what the change throws
 */
export async function approveApproval(
  ctx: ServiceContext,
  input: z.input<typeof approvalIdSchema>,
): Promise<ApprovalView> {
  authorize(ctx, "keys:manage");
  const { id } = parse(approvalIdSchema, input);
  requireFreshFactor(ctx);
  return changeApproval(ctx, id, ["asked"], "approval.approve", async (ctx, row) => {
    // One who alone could give a key more power would only have to ask first: with a stolen session too. By the person, not the
    // session: a second one is theirs as well.
    if (row.requestedById === ctx.principal.id) {
      throw new AppError("permission_denied", "Somebody else has to approve what you have asked for.");
    }
    await requireRequester(ctx.tx, row);
    const asked = parse(askApprovalSchema, { kind: row.kind, input: row.input });
    const by = principalName(ctx.principal);
    const decided = decidedBy(ctx, by);
    const approval = { by, requestedBy: row.requestedBy };
    await tellOfDecision(ctx, row, "approved", { by });
    if (asked.kind !== "create") {
      await perform(ctx, asked, approval);
      return { ...decided, state: "done" };
    }
    await rehearse(ctx, asked, approval);
    return {
      ...decided,
      state: "approved",
      expiresAt: new Date(ctx.clock.now().getTime() + APPROVAL_LIFE_MS),
    };
  });
}
