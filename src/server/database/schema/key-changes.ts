import { sql } from "drizzle-orm";
import { bigint, boolean, check, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";
import { id } from "./columns";

/**
 * What has changed of keys, for caches of them (gateway/authenticate/key-cache.ts): each transaction that changes what a
 * decision rests on takes the next number here as it commits, and notes it with the ids of its keys. One row. Triggers do
 * that (drizzle/isolation.sql), so that plain SQL is no way around it.
 *
 * Whoever takes a number holds the row until its transaction has ended: numbers follow the order of commits, and whoever
 * reads number 7 sees all that was changed up to it.
 */
export const keyChangeCounter = pgTable(
  "key_change_counter",
  {
    isOnly: boolean("is_only").primaryKey().default(true),
    number: bigint("number", { mode: "number" }).notNull().default(1),
    /** Notes up to this number are gone: a cache that knows less has to begin anew. */
    purgedTo: bigint("purged_to", { mode: "number" }).notNull().default(0),
    /** Of this counter: numbers of another one, as after a restore, say nothing. */
    epoch: uuid("epoch").notNull().defaultRandom(),
  },
  () => [check("key_change_counter_is_one_row", sql`is_only`)],
);

export const keyChanges = pgTable(
  "key_changes",
  {
    number: bigint("number", { mode: "number" }).notNull(),
    keyId: id("key_id", "key").notNull(),
  },
  (table) => [primaryKey({ columns: [table.number, table.keyId] })],
);
