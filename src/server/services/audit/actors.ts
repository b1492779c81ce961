import { sql } from "drizzle-orm";
import { authorize } from "@/server/core/authorize";
import { distinctValues } from "@/server/db/distinct";
import { auditEvents } from "@/server/db/schema";
import { withDatabase } from "@/server/db/scope";
import type { ServiceContext } from "../context";

/** Everybody who stands in the audit, by name, at most 200. */
export async function listAuditActors(ctx: ServiceContext): Promise<string[]> {
  authorize(ctx, "audit:read");
  return withDatabase(ctx, (db) => distinctValues(db, auditEvents.actor, sql`true`));
}
