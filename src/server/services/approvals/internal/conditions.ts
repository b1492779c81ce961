import { inArray, type SQL, sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import { isAllowed } from "@/server/core/authorize";
import { approvals } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { environmentsAsked } from "../../reach";

/** What somebody can still decide or reveal, as contracts/approvals.ts has it for one row. */
export function isOpen({ clock }: ServiceContext): SQL<boolean> {
  const now = clock.now().toISOString();
  return sql`(${approvals.state} in ('asked', 'approved') and ${approvals.expiresAt} > ${now}::timestamptz)`;
}

/** What belongs to where the principal may manage keys. @param asked one of those environments alone; null: all of them */
export function isManaged(ctx: ServiceContext, asked: Environment | null): SQL {
  const managed = environmentsAsked(ctx, asked).filter((one) => isAllowed(ctx.principal, "keys:manage", one));
  return inArray(approvals.environment, managed);
}
