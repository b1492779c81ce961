import { type ApprovalView, approvalStatus } from "@/contracts/approvals";
import type { approvals } from "@/server/database/schema";

export type ApprovalRow = typeof approvals.$inferSelect;

export function approvalViewOf(row: ApprovalRow, now: Date): ApprovalView {
  const { state: _state, decidedById: _decidedById, ...rest } = row;
  return {
    ...rest,
    status: approvalStatus(row, now),
    requestedAt: row.requestedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
  };
}
