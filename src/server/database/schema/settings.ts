import { jsonb, pgTable, text } from "drizzle-orm/pg-core";

/** Settings of the installation that live in the database, one row each. */
export const settings = pgTable("settings", {
  name: text("name").primaryKey(),
  value: jsonb("value").$type<unknown>().notNull(),
});
