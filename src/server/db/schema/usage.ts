import { bigint, doublePrecision, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { environmentColumn, instant } from "./columns";

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
