import { sql } from "drizzle-orm";
import { bigint, boolean, index, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { admins } from "./admins";
import { bytea, id, instant, shownText } from "./columns";

/** The passkeys of the team: what an authenticator's answers are checked with. Nothing here signs anybody in. */
export const passkeys = pgTable(
  "passkeys",
  {
    id: id("id", "psk").primaryKey(),
    adminId: id("admin_id", "adm")
      .notNull()
      .references(() => admins.id, { onDelete: "cascade" }),
    name: shownText("name").notNull(),
    /** As the authenticator calls it, base64url. */
    credentialId: text("credential_id").notNull(),
    /** A COSE_Key (RFC 9052, section 7). */
    publicKey: bytea("public_key").notNull(),
    /** How often it has signed, where it counts (Web Authentication Level 3, section 6.1.1); 0: it does not. */
    counter: bigint("counter", { mode: "number" }).notNull(),
    /** How a browser may reach it: `usb`, `nfc`, `internal`, … */
    transports: text("transports").array().notNull().default([]),
    /** Kept by a service that syncs it between devices. */
    isBackedUp: boolean("is_backed_up").notNull(),
    createdAt: instant("created_at").notNull(),
    lastUsedAt: instant("last_used_at"),
  },
  (table) => [
    uniqueIndex("passkeys_credential_id_key").on(table.credentialId),
    index("passkeys_by_admin").on(table.adminId),
  ],
);

/** Challenges that were given out and not answered yet. In the database, as the answer may reach another process. */
export const passkeyChallenges = pgTable(
  "passkey_challenges",
  {
    /** Whose answer counts: a session's id, or the SHA-256, in hex, of the token in a visitor's cookie. */
    holder: text("holder").notNull(),
    /** `register`: a new passkey. `prove`: who one is. An answer to one is none to the other. */
    purpose: text("purpose").$type<"register" | "prove">().notNull(),
    challenge: text("challenge").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    // The newest takes the place of the one before.
    primaryKey({ name: "passkey_challenges_pkey", columns: [table.holder, table.purpose] }),
    index("passkey_challenges_by_expiry").on(table.expiresAt),
  ],
);

/** Whether an administrator whom a query reads has one. */
export function hasPasskeyColumn() {
  return sql<boolean>`exists (select from ${passkeys} where ${passkeys.adminId} = ${admins.id})`;
}
