import { sql } from "drizzle-orm";
import { check, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { Role } from "@/contracts/roles";
import { cleanText } from "@/contracts/text";
import { id, instant, shownText } from "./columns";

/** The people who sign in to the console. */
export const admins = pgTable(
  "admins",
  {
    id: id("id", "adm").primaryKey(),
    email: shownText("email").notNull(),
    name: shownText("name").notNull().default(cleanText("")),
    role: text("role").$type<Role>().notNull(),
    /** Argon2id, PHC string format. */
    passwordHash: text("password_hash").notNull(),
    lastSignInAt: instant("last_sign_in_at"),
    deactivatedAt: instant("deactivated_at"),
    createdAt: instant("created_at").notNull(),
  },
  () => [
    uniqueIndex("admins_email_key").on(sql`lower(email)`),
    check("admins_role_known", sql`role in ('owner', 'admin', 'operator', 'viewer')`),
  ],
);
