import { and, eq, isNull, or, type SQL } from "drizzle-orm";
import { administratorOf } from "@/server/core/principal";
import { notices } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { withinReach } from "../../reach";

/** One's own: those of an environment in which one holds no role any more are left out. */
export function ownNotices(ctx: ServiceContext): SQL | undefined {
  const { id } = administratorOf(ctx.principal);
  const reach = withinReach(ctx, notices.environment);
  return and(eq(notices.adminId, id), reach && or(isNull(notices.environment), reach));
}
