import { sql } from "drizzle-orm";
import { foreignKey, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { Id } from "@/contracts/ids";
import type { Action } from "@/contracts/roles";
import { bytea, environmentColumn, id, instant } from "./columns";
import { apiKeys } from "./keys";

/** First answers to requests with an Idempotency-Key, kept 24 hours, one namespace per API key. */
export const idempotencyRecords = pgTable(
  "idempotency_records",
  {
    keyId: id("key_id", "key").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    environment: environmentColumn(),
    /** SHA-256 of method, path and body: the same Idempotency-Key must not answer another request. */
    fingerprint: bytea("fingerprint").notNull(),
    /** What the work asked for and got: a repeat must hold it too. */
    permissions: text("permissions").array().$type<Action[]>().notNull().default(sql`'{}'`),
    /** The key's customer scope when the answer was made; null: it had none. A key with less does not see the row. */
    customers: text("customers").array().$type<Id<"cus">[]>(),
    status: integer("status").notNull(),
    headers: jsonb("headers").$type<Record<string, string>>().notNull(),
    body: text("body").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.keyId, table.idempotencyKey] }),
    index("idempotency_records_by_age").on(table.createdAt),
    foreignKey({
      name: "idempotency_records_key_fk",
      columns: [table.keyId, table.environment],
      foreignColumns: [apiKeys.id, apiKeys.environment],
    }),
  ],
);
