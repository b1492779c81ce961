import { eq, type SQL, sql } from "drizzle-orm";
import { boolean, check, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { EnvironmentRoles, Role } from "@/contracts/roles";
import { cleanText, folded } from "@/contracts/text";
import { DEFAULT_TIME_ZONE } from "@/contracts/time-zones";
import { id, instant, shownText } from "./columns";

/** The people who sign in to the console. */
export const admins = pgTable(
  "admins",
  {
    id: id("id", "adm").primaryKey(),
    email: shownText("email").notNull(),
    name: shownText("name").notNull().default(cleanText("")),
    /** In all environments; of somebody with `environmentRoles` the least, for versions that do not know of those. */
    role: text("role").$type<Role>().notNull(),
    /** The role in each environment that is named; null: `role` holds everywhere. */
    environmentRoles: jsonb("environment_roles").$type<EnvironmentRoles>(),
    /** What times are shown in to them. */
    timeZone: text("time_zone").notNull().default(DEFAULT_TIME_ZONE),
    /** Argon2id, PHC string format. */
    passwordHash: text("password_hash").notNull(),
    /** False: the hash is of something that nobody knows, and they sign in by a provider alone. */
    hasPassword: boolean("has_password").notNull().default(true),
    /** Failed attempts to sign in that no audit row tells of yet, and when the last such row was written. */
    unrecordedFailures: integer("unrecorded_failures").notNull().default(0),
    failureRecordedAt: instant("failure_recorded_at"),
    lastSignInAt: instant("last_sign_in_at"),
    deactivatedAt: instant("deactivated_at"),
    createdAt: instant("created_at").notNull(),
  },
  () => [
    uniqueIndex("admins_email_key").on(sql`lower(email)`),
    check("admins_environment_roles_limited", sql`environment_roles is null or role = 'viewer'`),
    check("admins_role_known", sql`role in ('owner', 'admin', 'operator', 'viewer')`),
  ],
);

/** By e-mail address, whatever its capitals. */
export function adminOfEmail(email: string): SQL {
  return eq(sql`lower(${admins.email})`, folded(email));
}

/** Who somebody is and what they may do, without what only their sign-in needs. */
export const adminColumns = {
  id: admins.id,
  email: admins.email,
  name: admins.name,
  role: admins.role,
  environmentRoles: admins.environmentRoles,
  timeZone: admins.timeZone,
};
