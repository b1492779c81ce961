import { and, asc, desc, eq, gt, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { AuditAction, AuditEventView } from "@/contracts/audit";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { ConsolePage } from "@/contracts/lists";
import { authorize } from "@/server/core/authorize";
import { holdsText, keysetPage, keysetPosition } from "@/server/database/keyset";
import { auditEvents } from "@/server/database/schema";
import { contains } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { auditEventViewOf } from "./internal/view";

/** What narrows the audit; see contracts/audit.ts. */
export interface AuditFilters {
  search?: string;
  subjectId?: string | null;
  actor?: string | null;
  /** Empty: any. */
  actions?: readonly AuditAction[];
  environment?: Environment | null;
  /** First and last day in UTC, `2026-11-23`. */
  from?: string | null;
  to?: string | null;
}

interface ListAudit extends AuditFilters {
  limit: number;
  cursor?: string | null;
}

/**
 * The changes on record, newest first, in the order of the chain. Stable while rows are added, which are never removed.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listAuditEvents(
  ctx: ServiceContext,
  input: ListAudit,
): Promise<ConsolePage<AuditEventView>> {
  authorize(ctx, "audit:read");
  const { limit } = input;
  const position = keysetPosition(input.cursor, "aud");
  const rows = await withDatabase(ctx, (db) =>
    db
      .select()
      .from(auditEvents)
      .where(
        and(...filters(input), position ? beyond(position.id as Id<"aud">, position.backward) : undefined),
      )
      .orderBy((position?.backward ? asc : desc)(auditEvents.position))
      .limit(limit + 1),
  );
  return keysetPage(rows, { limit, position, toItem: auditEventViewOf });
}

/** Rows newer or older than the one with this id. The cursor holds the id alone: a forged position is no position. */
function beyond(id: Id<"aud">, newer: boolean): SQL {
  const start = sql`(select position from audit_events where id = ${id})`;
  return (newer ? gt : lt)(auditEvents.position, start);
}

function filters({ search, subjectId, actor, actions, environment, from, to }: AuditFilters) {
  return [
    search ? matches(search) : undefined,
    subjectId ? eq(auditEvents.subjectId, subjectId) : undefined,
    actor ? holdsText(auditEvents.actor, actor) : undefined,
    actions && actions.length > 0 ? inArray(auditEvents.action, [...actions]) : undefined,
    environment ? eq(auditEvents.environment, environment) : undefined,
    from ? gte(auditEvents.at, startOf(from)) : undefined,
    to ? lt(auditEvents.at, startOf(to, 1)) : undefined,
  ];
}

/** An id is looked up where ids of its kind stand, everything else in the names: one column, and so one index. */
function matches(search: string): SQL {
  const [, kind] = /^([a-z]{3})_[0-9a-z]{26}$/.exec(search) ?? [];
  if (kind === "aud") return sql`${auditEvents.id} = ${search}`;
  if (kind === "req") return eq(auditEvents.requestId, search);
  if (kind) return eq(auditEvents.subjectId, search);
  return contains(sql`${auditEvents.subjectName}`, search);
}

/** Midnight in UTC at which the day, or the one so many days later, begins. */
function startOf(day: string, later = 0): Date {
  const start = new Date(`${day}T00:00:00Z`);
  start.setUTCDate(start.getUTCDate() + later);
  return start;
}
