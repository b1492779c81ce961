import { pgTable, text } from "drizzle-orm/pg-core";
import type { Environment } from "@/contracts/environments";
import { oid } from "./columns";

/**
 * The database logins of the public API, one per environment; a session's environment follows from the login alone.
 * Roles belong to the whole cluster, so their names are made at random, once per database (logins.ts). Of a copied
 * database they are the original's, which `databaseOid` tells.
 */
export const apiLogins = pgTable("api_logins", {
  environment: text("environment").$type<Environment>().primaryKey(),
  role: text("role").notNull().unique("api_logins_role_key"),
  /** In the clear, because we sign in with it. It opens what the public API may do, and only the owner can read it. */
  password: text("password").notNull(),
  databaseOid: oid("database_oid").notNull(),
});
