import { sql } from "drizzle-orm";
import { check, index, pgTable, text } from "drizzle-orm/pg-core";
import type { ApprovalState } from "@/contracts/approvals";
import type { Permission } from "@/contracts/permissions";
import type { ApprovalKind } from "@/contracts/schemas/approvals";
import { environmentColumn, id, instant, shownJson, shownText } from "./columns";

/** What administrators have asked each other to approve. No secret: a key is made when its requester reveals it. */
export const approvals = pgTable(
  "approvals",
  {
    id: id("id", "apr").primaryKey(),
    kind: text("kind").$type<ApprovalKind>().notNull(),
    environment: environmentColumn(),
    state: text("state").$type<ApprovalState>().notNull(),
    /** No foreign key: what was decided stays when the key is gone. Null while the key is to be made. */
    keyId: id("key_id", "key"),
    keyName: shownText("key_name").notNull(),
    /** The whole input of the verb, which reads it again when it is done. */
    input: shownJson("input").notNull(),
    /** What of it took the approval when it was asked for. */
    needed: text("needed").array().$type<Permission[]>().notNull(),
    /** Without a foreign key, as in the audit. */
    requestedById: id("requested_by_id", "adm").notNull(),
    requestedBy: shownText("requested_by").notNull(),
    requestedAt: instant("requested_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    decidedById: id("decided_by_id", "adm"),
    decidedBy: shownText("decided_by"),
    decidedAt: instant("decided_at"),
    reason: shownText("reason"),
  },
  (table) => [
    index("approvals_open").on(table.requestedById).where(sql`state in ('asked', 'approved')`),
    check("approvals_environment_known", sql`environment in ('production', 'staging', 'development')`),
    check("approvals_kind_known", sql`kind in ('create', 'update', 'reactivate')`),
    check("approvals_state_known", sql`state in ('asked', 'approved', 'done', 'refused', 'withdrawn')`),
    // Also where a verb forgot to ask.
    check(
      "approvals_second_person",
      sql`state not in ('approved', 'done') or coalesce(decided_by_id <> requested_by_id, false)`,
    ),
  ],
);
