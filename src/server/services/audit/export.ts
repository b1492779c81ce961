import type { AuditEventView } from "@/contracts/audit";
import { type ExportAuditInput, exportAuditSchema } from "@/contracts/schemas/audit";
import { csv } from "@/server/core/csv";
import { type Download, type FilePart, partsFrom } from "@/server/core/download";
import { parse } from "@/server/core/validation";
import type { ServiceContext } from "../context";
import { listAuditEvents } from "./list";
import { recordExport } from "./record-export";

/** Rows in one part: large enough to be quick, small enough that nobody notices the memory. */
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
  "actor_id",
] as const;

/**
 * The rows that a filter finds, newest first, as CSV (RFC 4180) with a header or as a JSON object a line. Read part by
 * part, so that a million rows fill no memory. That somebody takes a copy is on record before
 * the first row leaves.
 */
export async function exportAudit(
  ctx: ServiceContext,
  input: ExportAuditInput,
): Promise<Download<ServiceContext>> {
  const { format, ...narrowing } = parse(exportAuditSchema, input);
  const read = async (ctx: ServiceContext, cursor: string | null): Promise<FilePart<string>> => {
    const { data, nextCursor } = await listAuditEvents(ctx, { ...narrowing, cursor, limit: STEP });
    return { text: format === "csv" ? csvOf(data, cursor === null) : ndjsonOf(data), next: nextCursor };
  };
  const first = await read(ctx, null);
  const { environment, ...filter } = narrowing;
  await recordExport(ctx, {
    action: "audit.export",
    subject: { id: "audit", name: "Audit" },
    environment,
    filter: { ...filter, format },
  });
  const day = ctx.clock.now().toISOString().slice(0, 10);
  return { fileName: `audit-${day}.${format}`, format, parts: partsFrom(first, read) };
}

function ndjsonOf(events: readonly AuditEventView[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

function csvOf(events: readonly AuditEventView[], isFirst: boolean): string {
  const rows = events.map(cellsOf);
  return csv(isFirst ? [HEADER, ...rows] : rows);
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
    event.actorId,
  ];
}
