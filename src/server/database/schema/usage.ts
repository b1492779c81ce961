import { bigint, doublePrecision, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { environmentColumn, id, instant } from "./columns";

/**
 * `usage_hourly` summed over keys, routes and permissions, for the first page: some rows an hour, however many keys
 * there are. Triggers on `usage_hourly` keep it, so that the two add up whoever writes.
 */
export const usageTotals = pgTable(
  "usage_totals",
  {
    hour: instant("hour").notNull(),
    environment: environmentColumn(),
    statusClass: smallint("status_class").notNull(),
    /** Code of the problem; empty for success. */
    code: text("code").notNull(),
    calls: bigint("calls", { mode: "number" }).notNull(),
    durationMs: doublePrecision("duration_ms").notNull(),
  },
  (table) => [
    primaryKey({
      name: "usage_totals_pk",
      columns: [table.hour, table.environment, table.statusClass, table.code],
    }),
  ],
);

/**
 * When a key last exercised a permission; the flush that writes the log keeps it. Never dropped, so that "never used"
 * is true of all time, and a page that asks for it reads a row a permission instead of all hours of a key.
 */
export const usagePermissions = pgTable(
  "usage_permissions",
  {
    keyId: id("key_id", "key").notNull(),
    permission: text("permission").notNull(),
    /** Of several uses within a minute, the first. */
    lastAt: instant("last_at").notNull(),
  },
  (table) => [primaryKey({ name: "usage_permissions_pk", columns: [table.keyId, table.permission] })],
);
