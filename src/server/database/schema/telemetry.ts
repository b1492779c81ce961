import { sql } from "drizzle-orm";
import { bigint, check, date, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { TelemetryFlag } from "@/contracts/telemetry";
import { environmentColumn, id, instant, shownJson, shownText } from "./columns";

/**
 * What apps in the field report. Partitioned by the UTC day of receipt, so that old days leave as whole tables; the
 * migration says so, because drizzle's schema language cannot. No foreign keys: an event outlives what it speaks of.
 */
export const telemetryEvents = pgTable(
  "telemetry_events",
  {
    id: id("id", "evt").notNull(),
    environment: environmentColumn(),
    receivedAt: instant("received_at").notNull(),
    type: shownText("type").notNull(),
    /** When it happened, by the sender's clock. */
    at: instant("at").notNull(),
    product: shownText("product"),
    version: shownText("version"),
    licenseId: id("license_id", "lic"),
    /** Masked. */
    licenseKey: shownText("license_key"),
    /** Owner of the licence on arrival. Kept here, so that a licence's next owner does not see the last one's events. */
    customerId: id("customer_id", "cus"),
    identifier: shownText("identifier"),
    data: shownJson("data").notNull(),
    flags: text("flags").array().$type<TelemetryFlag[]>().notNull(),
  },
  (table) => [
    primaryKey({ name: "telemetry_events_pk", columns: [table.receivedAt, table.id] }),
    index("telemetry_events_by_receipt").on(table.environment, table.receivedAt, table.id),
    index("telemetry_events_by_type").on(table.environment, table.type, table.receivedAt, table.id),
    index("telemetry_events_by_product").on(table.environment, table.product, table.receivedAt, table.id),
    index("telemetry_events_by_customer")
      .on(table.customerId, table.receivedAt, table.id)
      .where(sql`customer_id is not null`),
    index("telemetry_events_by_license")
      .on(table.licenseId, table.receivedAt, table.id)
      .where(sql`license_id is not null`),
    index("telemetry_events_flagged").on(table.receivedAt, table.id).where(sql`flags <> '{}'`),
    check("telemetry_events_environment_known", sql`environment in ('production', 'staging', 'development')`),
  ],
);

/** Events per UTC day, counted as they are stored: the console's chart must not count a large table. */
export const telemetryDaily = pgTable(
  "telemetry_daily",
  {
    environment: environmentColumn(),
    day: date("day", { mode: "string" }).notNull(),
    accepted: bigint("accepted", { mode: "number" }).notNull(),
    flagged: bigint("flagged", { mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ name: "telemetry_daily_pk", columns: [table.environment, table.day] }),
    check("telemetry_daily_environment_known", sql`environment in ('production', 'staging', 'development')`),
  ],
);
