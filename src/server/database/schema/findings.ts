import { index, jsonb, pgTable, smallint, text, unique } from "drizzle-orm/pg-core";
import type { FindingEvidence, FindingKind } from "@/contracts/findings";
import { id, instant, shownText } from "./columns";
import { apiKeys } from "./keys";

/**
 * What is worth an administrator's look, one row per key and kind, kept so that lists need not work it out. Everything
 * but the mute can be recomputed from the facts at any time.
 */
export const findings = pgTable(
  "findings",
  {
    id: id("id", "fnd").primaryKey(),
    keyId: id("key_id", "key")
      .notNull()
      .references(() => apiKeys.id, { onDelete: "cascade" }),
    kind: text("kind").$type<FindingKind>().notNull(),
    /** As a number, for the order of lists: the gravest are the highest (contracts/findings.ts). */
    severity: smallint("severity").notNull(),
    evidence: jsonb("evidence").$type<FindingEvidence>().notNull(),
    /** What makes it the same finding: with another fingerprint it is a new one, and a mute no longer holds. */
    fingerprint: text("fingerprint").notNull(),
    firstSeenAt: instant("first_seen_at").notNull(),
    /** When it was last found to hold, to the day. */
    lastSeenAt: instant("last_seen_at").notNull(),
    mutedAt: instant("muted_at"),
    mutedBy: shownText("muted_by"),
    mutedReason: shownText("muted_reason"),
  },
  (table) => [
    unique("findings_key_kind").on(table.keyId, table.kind),
    index("findings_by_severity").on(table.severity, table.id),
  ],
);
