import { sql } from "drizzle-orm";
import { authorize } from "@/server/core/authorize";
import { distinctValues } from "@/server/database/distinct";
import { auditEvents } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** Everybody who stands in the audit, by name, at most 200. */
export async function listAuditActors(ctx: ServiceContext): Promise<string[]> {
  authorize(ctx, "audit:read");
  return withDatabase(ctx, (db) => distinctValues(db, auditEvents.actor, sql`true`));
}
