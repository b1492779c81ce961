import { and, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import type { z } from "zod";
import type { AuditEventView } from "@/contracts/audit";
import type { ConsolePage } from "@/contracts/lists";
import { listAuditStepSchema } from "@/contracts/schemas/audit";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import { distinctValues } from "@/server/database/distinct";
import { holdsText, keyset } from "@/server/database/keyset";
import { auditEvents } from "@/server/database/schema";
import { contains } from "@/server/database/search";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";
import { auditEventViewOf } from "./internal/view";

/**
 * The changes on record, newest first, in the order of the chain. Stable while rows are added, which are never removed.
 * @throws AppError validation_failed for a foreign or malformed cursor
 */
export async function listAuditEvents(
  ctx: ServiceContext,
  input: z.input<typeof listAuditStepSchema>,
): Promise<ConsolePage<AuditEventView>> {
  authorize(ctx, "audit:read");
  const { limit, cursor, ...narrowing } = parse(listAuditStepSchema, input);
  const list = keyset(
    { limit, cursor },
    // The cursor holds the id alone: a forged position is no position.
    {
      id: auditEvents.position,
      placeOf: (id) => sql`(select position from audit_events where id = ${id})`,
      ids: "aud",
    },
  );
  const rows = await withDatabase(ctx, (db) =>
    db
      .select()
      .from(auditEvents)
      .where(and(...filters(ctx, narrowing), list.beyond))
      .orderBy(...list.orderBy)
      .limit(list.rows),
  );
  return list.page(rows, auditEventViewOf);
}

type Narrowing = Omit<z.output<typeof listAuditStepSchema>, "limit" | "cursor">;

function filters(
  ctx: ServiceContext,
  { search, subjectId, actor, actions, environment, from, to }: Narrowing,
) {
  return [
    search ? matches(search) : undefined,
    subjectId ? eq(auditEvents.subjectId, subjectId) : undefined,
    actor ? holdsText(auditEvents.actor, actor) : undefined,
    actions.length > 0 ? inArray(auditEvents.action, actions) : undefined,
    withinReach(ctx, auditEvents.environment, environment),
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

/** Everybody who stands in the audit, by name, at most 200. */
export async function listAuditActors(ctx: ServiceContext): Promise<string[]> {
  authorize(ctx, "audit:read");
  return withDatabase(ctx, (db) =>
    distinctValues(db, auditEvents.actor, withinReach(ctx, auditEvents.environment) ?? sql`true`),
  );
}
