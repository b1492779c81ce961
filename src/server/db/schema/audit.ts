import { bigint, index, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { AuditAction, AuditEventView } from "@/contracts/audit";
import type { Environment } from "@/contracts/environments";
import { id, instant } from "./columns";

/**
 * One row per administrative change. Append-only: a trigger refuses update, delete and truncate, for the owner too.
 * No foreign keys: a row outlives what it speaks of.
 */
export const auditEvents = pgTable(
  "audit_events",
  {
    position: bigint("position", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    id: id("id", "aud").notNull().unique("audit_events_id_key"),
    at: instant("at").notNull(),
    actorKind: text("actor_kind").$type<AuditEventView["actorKind"]>().notNull(),
    actorId: text("actor_id"),
    actor: text("actor").notNull(),
    action: text("action").$type<AuditAction>().notNull(),
    subjectId: text("subject_id").notNull(),
    subjectName: text("subject_name").notNull(),
    environment: text("environment").$type<Environment>(),
    before: jsonb("before").$type<Record<string, unknown>>(),
    after: jsonb("after").$type<Record<string, unknown>>(),
    requestId: text("request_id"),
    ip: text("ip"),
  },
  (table) => [index("audit_events_by_subject").on(table.subjectId, table.position)],
);
