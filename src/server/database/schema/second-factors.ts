import { bigint, pgTable, text } from "drizzle-orm/pg-core";
import { admins } from "./admins";
import { bytea, id, instant } from "./columns";

/** Who is asked for a code of an authenticator app when they sign in, and what it is checked with. */
export const secondFactors = pgTable("second_factors", {
  adminId: id("admin_id", "adm")
    .primaryKey()
    .references(() => admins.id, { onDelete: "cascade" }),
  /** The app's secret, sealed with the pepper (core/seal.ts). Null: there is no app, but passkeys, with recovery codes. */
  sealedSecret: bytea("sealed_secret"),
  /** Of the app. Null: shown, and not confirmed with a code yet; it asks for nothing until then. */
  enabledAt: instant("enabled_at"),
  /** The time step (RFC 6238) of the last code that was taken: it and those before it are used up. */
  lastStep: bigint("last_step", { mode: "number" }).notNull().default(0),
  /** SHA-256 of the recovery codes that are left, hex. With 80 random bits each they need no slow hash. */
  recoveryDigests: text("recovery_digests").array().notNull().default([]),
  createdAt: instant("created_at").notNull(),
});
