import { and, desc, eq, isNull } from "drizzle-orm";
import type { z } from "zod";
import type { ListedApproval } from "@/contracts/approvals";
import { allows } from "@/contracts/roles";
import { listApprovalsSchema } from "@/contracts/schemas/approvals";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { admins, approvals } from "@/server/database/schema";
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
): Promise<ListedApproval[]> {
  authorize(ctx, "keys:manage");
  const { environment } = parse(listApprovalsSchema, given);
  const rows = await withDatabase(ctx, (db) =>
    db
      .select({
        approval: approvals,
        requester: { role: admins.role, environmentRoles: admins.environmentRoles },
      })
      .from(approvals)
      .leftJoin(admins, and(eq(admins.id, approvals.requestedById), isNull(admins.deactivatedAt)))
      .where(isManaged(ctx, environment))
      // What waits first, so that it is never beyond the end; what ran out waits no more.
      .orderBy(desc(isOpen(ctx)), desc(approvals.id))
      .limit(NEWEST),
  );
  return rows.map(({ approval, requester }) => ({
    ...approvalViewOf(approval, ctx.clock.now()),
    requesterMay: requester !== null && allows(requester, "keys:manage", approval.environment),
  }));
}
