import type { AUDIT_EXPORT_FORMATS, AuditEventView } from "@/contracts/audit";
import { csv } from "@/server/core/csv";
import type { ServiceContext } from "../context";
import { type AuditFilters, listAuditEvents } from "./list";

/** Rows in one step: large enough to be quick, small enough that nobody notices the memory. */
const STEP = 1_000;

const HEADER = [
  "position",
  "id",
  "at",
  "actor",
  "actor_kind",
  "action",
  "subject_id",
  "subject_name",
  "environment",
  "before",
  "after",
  "request_id",
  "ip",
  "hash",
] as const;

interface ExportAudit extends AuditFilters {
  format: (typeof AUDIT_EXPORT_FORMATS)[number];
  cursor?: string | null;
}

/**
 * The next 1,000 rows of an export, newest first, as text: CSV (RFC 4180) with a header in the first step, or a JSON
 * object a line. Step by step, so that a million rows fill no memory; `nextCursor` is null after the last.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function exportAudit(
  ctx: ServiceContext,
  input: ExportAudit,
): Promise<{ text: string; nextCursor: string | null }> {
  const { data, nextCursor } = await listAuditEvents(ctx, { ...input, limit: STEP });
  if (input.format === "ndjson") {
    return { text: data.map((event) => `${JSON.stringify(event)}\n`).join(""), nextCursor };
  }
  const rows = data.map(cellsOf);
  return { text: csv(input.cursor ? rows : [HEADER, ...rows]), nextCursor };
}

function cellsOf(event: AuditEventView) {
  const json = (fields: Record<string, unknown> | null) => fields && JSON.stringify(fields);
  return [
    event.position,
    event.id,
    event.at,
    event.actor,
    event.actorKind,
    event.action,
    event.subjectId,
    event.subjectName,
    event.environment,
    json(event.before),
    json(event.after),
    event.requestId,
    event.ip,
    event.hash,
  ];
}
