import { pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { admins } from "./admins";
import { id, instant, shownText } from "./columns";

/**
 * The accounts at providers that sign administrators in. After the first sign-in the pair of issuer and subject decides
 * who it is, whatever address the account has by then.
 */
export const adminIdentities = pgTable(
  "admin_identities",
  {
    issuer: text("issuer").notNull(),
    /** As the provider sends it, compared exactly. */
    subject: text("subject").notNull(),
    adminId: id("admin_id", "adm")
      .notNull()
      .references(() => admins.id, { onDelete: "cascade" }),
    /** The address at the last sign-in, for people to recognise the account by. */
    email: shownText("email").notNull(),
    linkedAt: instant("linked_at").notNull(),
    lastSignInAt: instant("last_sign_in_at").notNull(),
  },
  (table) => [
    primaryKey({ name: "admin_identities_pkey", columns: [table.issuer, table.subject] }),
    // One account of each provider: a second one with the same address is somebody whom the address was given to since.
    uniqueIndex("admin_identities_admin_issuer_key").on(table.adminId, table.issuer),
  ],
);
