import { index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { admins } from "./admins";
import { id, instant, shownText } from "./columns";

/**
 * Who is signed in to the console, a row for each browser. A session without a row is none, so deleting the row is what
 * ends it; a trigger deletes an administrator's rows when their role, password or deactivation changes.
 */
export const sessions = pgTable(
  "sessions",
  {
    id: id("id", "ses").primaryKey(),
    adminId: id("admin_id", "adm")
      .notNull()
      .references(() => admins.id, { onDelete: "cascade" }),
    /** SHA-256 of the cookie's token, hex; or what stands for the cookies of before (`legacyDigest`). */
    tokenDigest: text("token_digest").notNull(),
    /**
     * Which session secret it was started under (`sessionSecretCheck`); under another one it is none. Null: started by a
     * version that did not note it.
     */
    secretCheck: text("secret_check"),
    createdAt: instant("created_at").notNull(),
    /** The last request, to the minute. */
    lastSeenAt: instant("last_seen_at").notNull(),
    /**
     * When its holder last showed who they are: by a confirmation, or to a provider before it signed them in. Null: with the
     * sign-in, and not since.
     */
    verifiedAt: instant("verified_at"),
    /** The end of the session, however busy it is. */
    expiresAt: instant("expires_at").notNull(),
    /** Where it was started from. */
    ip: text("ip"),
    userAgent: shownText("user_agent"),
  },
  (table) => [
    uniqueIndex("sessions_token_digest_key").on(table.tokenDigest),
    index("sessions_by_admin").on(table.adminId),
    index("sessions_by_last_seen").on(table.lastSeenAt),
  ],
);
