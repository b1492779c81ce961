import type { AuditEventView } from "@/contracts/audit";
import type { auditEvents } from "@/server/database/schema";

type AuditRow = typeof auditEvents.$inferSelect;

/** What is shown of a row. */
export function auditEventViewOf(row: AuditRow): AuditEventView {
  const { previousHash: _previousHash, at, hash, ...rest } = row;
  return { ...rest, at: at.toISOString(), hash: hash.toString("hex") };
}
