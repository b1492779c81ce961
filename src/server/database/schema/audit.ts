import { sql } from "drizzle-orm";
import { bigint, index, pgTable, text } from "drizzle-orm/pg-core";
import type { AuditAction, AuditEventView } from "@/contracts/audit";
import type { Environment } from "@/contracts/environments";
import { bytea, id, instant, shownJson, shownText } from "./columns";

/** The trigger audit_events_chain fills the column in, whatever an insert says. */
const byTrigger = () => sql`default`;

/**
 * One row per administrative change. Append-only: a trigger refuses update, delete and truncate, for the owner too.
 * No foreign keys: a row outlives what it speaks of.
 * Chained: positions run 1, 2, 3, … without a gap, and each row's hash covers its content and the hash of the row before
 * it. The exact form is described in services/audit/chain.ts, and written down a second time, for writing, in the
 * migration's function audit_event_hash.
 */
export const auditEvents = pgTable(
  "audit_events",
  {
    position: bigint("position", { mode: "number" }).primaryKey().$defaultFn(byTrigger),
    id: id("id", "aud").notNull().unique("audit_events_id_key"),
    at: instant("at").notNull(),
    actorKind: text("actor_kind").$type<AuditEventView["actorKind"]>().notNull(),
    actorId: text("actor_id"),
    actor: shownText("actor").notNull(),
    action: text("action").$type<AuditAction>().notNull(),
    subjectId: text("subject_id").notNull(),
    subjectName: shownText("subject_name").notNull(),
    environment: text("environment").$type<Environment>(),
    before: shownJson("before"),
    after: shownJson("after"),
    requestId: text("request_id"),
    ip: text("ip"),
    previousHash: bytea("previous_hash").notNull().$defaultFn(byTrigger),
    hash: bytea("hash").notNull().$defaultFn(byTrigger),
  },
  (table) => [
    index("audit_events_by_subject").on(table.subjectId, table.position),
    index("audit_events_by_actor").on(table.actor, table.position),
    index("audit_events_by_action").on(table.action, table.position),
    index("audit_events_by_environment").on(table.environment, table.position),
    index("audit_events_by_time").on(table.at),
    index("audit_events_by_request").on(table.requestId),
    index("audit_events_by_subject_name").using("gin", sql`fold(${table.subjectName}) gin_trgm_ops`),
  ],
);
