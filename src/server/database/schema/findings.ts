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
    /** Severity as a number, for the order of lists: the gravest are the highest. */
    rank: smallint("rank").notNull(),
    evidence: jsonb("evidence").$type<FindingEvidence>().notNull(),
    /** What makes it the same finding: with another mark it is a new one, and a mute no longer holds. */
    mark: text("mark").notNull(),
    firstFoundAt: instant("first_found_at").notNull(),
    /** When it was last found to hold. */
    stillAt: instant("still_at").notNull(),
    mutedAt: instant("muted_at"),
    mutedBy: shownText("muted_by"),
    mutedReason: shownText("muted_reason"),
  },
  (table) => [
    unique("findings_key_kind").on(table.keyId, table.kind),
    index("findings_by_rank").on(table.rank, table.id),
  ],
);
