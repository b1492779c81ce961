import { sql } from "drizzle-orm";
import { check, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { EnvironmentRoles, Role } from "@/contracts/roles";
import { id, instant, shownText } from "./columns";

/**
 * Invitations that nobody has accepted. An accepted or revoked one has no row, so that its link is like one that never was.
 */
export const invitations = pgTable(
  "invitations",
  {
    id: id("id", "inv").primaryKey(),
    email: shownText("email").notNull(),
    /** As in `admins`. */
    role: text("role").$type<Role>().notNull(),
    environmentRoles: jsonb("environment_roles").$type<EnvironmentRoles>(),
    /** SHA-256 of the link's token, hex. */
    tokenDigest: text("token_digest").notNull(),
    /** The administrator who has invited, who may be gone; null: the command line. */
    invitedById: id("invited_by_id", "adm"),
    invitedBy: shownText("invited_by").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    // Folded as admins_email_key, in every locale alike.
    uniqueIndex("invitations_email_key").on(sql`lower(email collate "C")`),
    uniqueIndex("invitations_token_digest_key").on(table.tokenDigest),
    check("invitations_environment_roles_limited", sql`environment_roles is null or role = 'viewer'`),
    check("invitations_role_known", sql`role in ('owner', 'admin', 'operator', 'viewer')`),
  ],
);
