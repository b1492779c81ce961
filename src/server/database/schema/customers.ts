import { sql } from "drizzle-orm";
import { check, index, pgTable, unique, uniqueIndex } from "drizzle-orm/pg-core";
import { cleanObject } from "@/contracts/json";
import { environmentColumn, id, instant, shownJson, shownText } from "./columns";

/** The runtime's customers. Row-level security keeps each environment's pool to its own rows. */
export const customers = pgTable(
  "customers",
  {
    id: id("id", "cus").primaryKey(),
    environment: environmentColumn(),
    email: shownText("email").notNull(),
    name: shownText("name"),
    metadata: shownJson("metadata").notNull().default(cleanObject({})),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    unique("customers_id_environment_key").on(table.id, table.environment),
    uniqueIndex("customers_email_key").on(table.environment, sql`lower(email)`),
    index("customers_by_creation").on(table.environment, table.id),
    index("customers_by_change").on(table.environment, table.updatedAt),
    index("customers_search").using("gin", sql`fold(email || ' ' || coalesce(name, '')) gin_trgm_ops`),
    check("customers_environment_known", sql`environment in ('production', 'staging', 'development')`),
  ],
);
