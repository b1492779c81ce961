import { sql } from "drizzle-orm";
import { check, pgTable, text } from "drizzle-orm/pg-core";
import { instant, shownText } from "./columns";

/**
 * Permissions of the operator's own, beside those of the catalogue (contracts/permissions.ts). Of all environments, as those
 * are. What a key may do rests on them, so a change is noted for caches of keys (drizzle/isolation.sql).
 */
export const permissions = pgTable(
  "permissions",
  {
    /** COLLATE "C". */
    name: text("name").primaryKey(),
    label: shownText("label").notNull(),
    description: shownText("description").notNull(),
    implies: text("implies").array().notNull().default(sql`'{}'`),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  () => [check("permissions_name_form", sql`name ~ '^[a-z][a-z0-9-]{0,30}:[a-z][a-z0-9-]{0,30}$'`)],
);
