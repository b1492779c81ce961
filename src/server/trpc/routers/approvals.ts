import {
  approvalIdSchema,
  askApprovalSchema,
  listApprovalsSchema,
  refuseApprovalSchema,
} from "@/contracts/schemas/approvals";
import {
  approveApproval,
  askApproval,
  countWaitingApprovals,
  listApprovals,
  refuseApproval,
  revealApproved,
  withdrawApproval,
} from "@/server/services/approvals";
import { adminProcedure, router } from "../trpc";

export const approvalsRouter = router({
  list: adminProcedure
    .input(listApprovalsSchema)
    .query(({ ctx, input }) => listApprovals(ctx.service, input)),
  countWaiting: adminProcedure.query(({ ctx }) => countWaitingApprovals(ctx.service)),
  ask: adminProcedure.input(askApprovalSchema).mutation(({ ctx, input }) => askApproval(ctx.service, input)),
  approve: adminProcedure
    .input(approvalIdSchema)
    .mutation(({ ctx, input }) => approveApproval(ctx.service, input)),
  refuse: adminProcedure
    .input(refuseApprovalSchema)
    .mutation(({ ctx, input }) => refuseApproval(ctx.service, input)),
  reveal: adminProcedure
    .input(approvalIdSchema)
    .mutation(({ ctx, input }) => revealApproved(ctx.service, input)),
  withdraw: adminProcedure
    .input(approvalIdSchema)
    .mutation(({ ctx, input }) => withdrawApproval(ctx.service, input)),
});
