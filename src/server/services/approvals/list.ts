import { desc } from "drizzle-orm";
import type { z } from "zod";
import { type ApprovalView, listApprovalsSchema } from "@/contracts/approvals";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { approvals } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { isManaged, isOpen } from "./internal/conditions";
import { approvalViewOf } from "./internal/view";

/** Each person has a bounded number open, and a team is small: what is older is in the audit. */
const NEWEST = 500;

/** What was asked for in the environments in which one may manage keys, newest first. */
export async function listApprovals(
  ctx: ServiceContext,
  given: z.input<typeof listApprovalsSchema>,
): Promise<ApprovalView[]> {
  authorize(ctx, "keys:manage");
  const { environment } = parse(listApprovalsSchema, given);
  const rows = await withDatabase(ctx, (db) =>
    db
      .select()
      .from(approvals)
      .where(isManaged(ctx, environment))
      // What waits first, so that it is never beyond the end; what ran out waits no more.
      .orderBy(desc(isOpen(ctx)), desc(approvals.id))
      .limit(NEWEST),
  );
  return rows.map((row) => approvalViewOf(row, ctx.clock.now()));
}
