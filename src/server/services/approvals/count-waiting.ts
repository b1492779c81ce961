import { and, sql } from "drizzle-orm";
import type { WaitingApprovals } from "@/contracts/approvals";
import { authorize } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { approvals } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { isManaged, isOpen } from "./internal/conditions";

/** How much waits for whoever asks, in all environments in which they may manage keys. */
export async function countWaitingApprovals(ctx: ServiceContext): Promise<WaitingApprovals> {
  authorize(ctx, "keys:manage");
  const { id } = administratorOf(ctx.principal);
  const isOwn = sql`${approvals.requestedById} = ${id}`;
  const [waiting] = await withDatabase(ctx, (db) =>
    db
      .select({
        toDecide: sql<number>`(count(*) filter (where state = 'asked' and not ${isOwn}))::int`,
        toReveal: sql<number>`(count(*) filter (where state = 'approved' and ${isOwn}))::int`,
        asked: sql<number>`(count(*) filter (where state = 'asked' and ${isOwn}))::int`,
      })
      .from(approvals)
      .where(and(isManaged(ctx, null), isOpen(ctx))),
  );
  return waiting ?? { toDecide: 0, toReveal: 0, asked: 0 };
}
