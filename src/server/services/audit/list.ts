import { desc, eq } from "drizzle-orm";
import type { AuditEventView } from "@/contracts/audit";
import { authorize } from "@/server/core/authorize";
import { auditEvents } from "@/server/db/schema";
import { withDatabase } from "@/server/db/scope";
import type { ServiceContext } from "../context";

const LATEST = 20;

/** The latest 20 changes, of one subject where its id is given, newest first. */
export async function listAuditEvents(
  ctx: ServiceContext,
  input: { subjectId?: string | undefined },
): Promise<AuditEventView[]> {
  authorize(ctx, "audit:read");
  const rows = await withDatabase(ctx, (db) =>
    db
      .select()
      .from(auditEvents)
      .where(input.subjectId === undefined ? undefined : eq(auditEvents.subjectId, input.subjectId))
      .orderBy(desc(auditEvents.position))
      .limit(LATEST),
  );
  return rows.map(({ position: _position, actorId: _actorId, at, ...row }) => ({
    ...row,
    at: at.toISOString(),
  }));
}
