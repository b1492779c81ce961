import { type AuditEventView, type ExportAuditInput, exportAuditSchema } from "@/contracts/audit";
import { csv } from "@/server/core/csv";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { listAuditEvents } from "./list";

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

/**
 * The next 1,000 rows of an export, newest first, as text: CSV (RFC 4180) with a header in the first step, or a JSON
 * object a line. Step by step, so that a million rows fill no memory; `nextCursor` is null after the last.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function exportAudit(
  ctx: ServiceContext,
  input: ExportAuditInput,
): Promise<{ text: string; nextCursor: string | null }> {
  const { format, ...narrowing } = parse(exportAuditSchema, input);
  const { data, nextCursor } = await listAuditEvents(ctx, { ...narrowing, limit: STEP });
  if (format === "ndjson") {
    return { text: data.map((event) => `${JSON.stringify(event)}\n`).join(""), nextCursor };
  }
  const rows = data.map(cellsOf);
  return { text: csv(narrowing.cursor ? rows : [HEADER, ...rows]), nextCursor };
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
