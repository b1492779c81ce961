import type { AuditEventView } from "@/contracts/audit";
import type { Id } from "@/contracts/ids";
import { auditIdSchema } from "@/contracts/schemas/audit";
import { authorize } from "@/server/core/authorize";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { auditEvents } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { reachable } from "../reach";
import { auditEventViewOf } from "./internal/view";

/**
 * One change on record.
 * @throws AppError not_found
 */
export async function getAuditEvent(ctx: ServiceContext, input: { id: Id<"aud"> }): Promise<AuditEventView> {
  authorize(ctx, "audit:read");
  const { id } = parse(auditIdSchema, input);
  const [row] = await withDatabase(ctx, (db) =>
    db
      .select()
      .from(auditEvents)
      .where(reachable(ctx, auditEvents, id)),
  );
  if (!row) throw notFound();
  return auditEventViewOf(row);
}
