import { pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { LinkPurpose } from "@/contracts/admin-links";
import { admins } from "./admins";
import { id, instant, shownText } from "./columns";

/** Single-use links for somebody of the team, unused. One that was used or replaced has no row, like one that never was. */
export const adminLinks = pgTable(
  "admin_links",
  {
    /** SHA-256 of the link's token, hex. */
    tokenDigest: text("token_digest").primaryKey(),
    purpose: text("purpose").$type<LinkPurpose>().notNull(),
    adminId: id("admin_id", "adm")
      .notNull()
      .references(() => admins.id, { onDelete: "cascade" }),
    /** Of a change of address: the new one. */
    email: shownText("email"),
    expiresAt: instant("expires_at").notNull(),
  },
  // A new link of a purpose takes the place of the one before.
  (table) => [uniqueIndex("admin_links_admin_purpose_key").on(table.adminId, table.purpose)],
);
