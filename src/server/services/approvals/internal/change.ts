import { eq } from "drizzle-orm";
import {
  APPROVAL_STATUSES,
  type ApprovalStatus,
  type ApprovalView,
  approvalStatus,
} from "@/contracts/approvals";
import type { AuditAction } from "@/contracts/audit";
import type { Id } from "@/contracts/ids";
import { authorize } from "@/server/core/authorize";
import { AppError, notFound } from "@/server/core/errors";
import { type AdminPrincipal, administratorOf } from "@/server/core/principal";
import type { Transaction } from "@/server/database/connections";
import { approvals } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../../audit";
import type { ServiceContext } from "../../context";
import { settleNotices } from "../../notices";
import { reachable } from "../../reach";
import { type ApprovalRow, approvalViewOf } from "./view";

type Columns = Partial<typeof approvals.$inferInsert>;

/** Who acts on an approval, within its transaction. */
type Acting = ServiceContext & { tx: Transaction; principal: AdminPrincipal };

/**
 * The frame of every step of an approval: one at a time, by a person who may manage keys there, from a status in which it
 * may be taken, and on record.
 * @param from the status that it has to have
 * @param action null: what is done is on record by itself
 * @param step does what follows, and says which columns change
 * @throws AppError not_found, permission_denied, invalid_state where it was decided or ran out meanwhile
 */
export async function changeApproval(
  ctx: ServiceContext,
  id: Id<"apr">,
  from: readonly ApprovalStatus[],
  action: AuditAction | null,
  step: (ctx: Acting, row: ApprovalRow) => Promise<Columns> | Columns,
): Promise<ApprovalView> {
  authorize(ctx, "keys:manage");
  const principal = administratorOf(ctx.principal);
  return withTransaction(ctx, async (ctx) => {
    const [row] = await ctx.tx
      .select()
      .from(approvals)
      .where(reachable(ctx, approvals, id))
      .for("update");
    if (!row) throw notFound();
    authorize(ctx, "keys:manage", row.environment);
    const status = approvalStatus(row, ctx.clock.now());
    if (!from.includes(status)) throw notOpen(row, status);
    // Whoever was told that it waits need not look any more.
    await settleNotices(ctx, "approval_asked", id);
    const columns = await step({ ...ctx, principal }, row);
    const after = { ...row, ...columns } as ApprovalRow;
    await ctx.tx.update(approvals).set(columns).where(eq(approvals.id, id));
    if (action) {
      const { reason } = after;
      await recordAudit(ctx, {
        action,
        subject: { id, name: row.keyName },
        environment: row.environment,
        after: { kind: row.kind, requestedBy: row.requestedBy, ...(reason ? { reason } : {}) },
      });
    }
    return approvalViewOf(after, ctx.clock.now());
  });
}

function notOpen({ decidedBy }: ApprovalRow, status: ApprovalStatus): AppError {
  const words = APPROVAL_STATUSES[status].label.toLowerCase();
  const who = decidedBy && status !== "expired" ? ` by ${decidedBy}` : "";
  return new AppError("invalid_state", `This is ${words}${who}. Ask anew if it is still needed.`);
}

/** Who has decided, as columns. */
export function decidedBy({ principal, clock }: Acting, by: Columns["decidedBy"] & string): Columns {
  return { decidedById: principal.id, decidedBy: by, decidedAt: clock.now() };
}
