import { sql } from "drizzle-orm";
import { check, index, jsonb, pgTable, smallint, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { Environment } from "@/contracts/environments";
import type { NoticeDelivery, NoticeKind } from "@/contracts/notices";
import { admins } from "./admins";
import { id, instant, shownJson, shownText } from "./columns";

/**
 * What somebody is told, a row for each person. The same occasion makes no second row, whoever finds it and how often: that is
 * what keeps several processes, and one that starts anew, from telling it twice.
 */
export const notices = pgTable(
  "notices",
  {
    id: id("id", "ntc").primaryKey(),
    adminId: id("admin_id", "adm")
      .notNull()
      .references(() => admins.id, { onDelete: "cascade" }),
    kind: text("kind").$type<NoticeKind>().notNull(),
    /** The id of what it is about: a key, a job, a person. */
    subjectId: text("subject_id").notNull(),
    /** Which of the times that there is something to tell of it, in the words of its kind. */
    occasion: text("occasion").notNull(),
    /** Where what it is about belongs; null: to none. Whoever has no role there any more does not see it. */
    environment: text("environment").$type<Environment>(),
    /** NoticeFacts of contracts/notices.ts. */
    facts: shownJson("facts").notNull(),
    /** As the person had chosen when it was given. */
    delivery: text("delivery").$type<Exclude<NoticeDelivery, "off">>().notNull(),
    createdAt: instant("created_at").notNull(),
    readAt: instant("read_at"),
    /** When its mail, or the summary that has it, was queued. */
    mailedAt: instant("mailed_at"),
  },
  (table) => [
    uniqueIndex("notices_once").on(table.kind, table.subjectId, table.occasion, table.adminId),
    index("notices_of_admin").on(table.adminId, table.id),
    index("notices_unread").on(table.adminId).where(sql`read_at is null`),
    index("notices_for_summary")
      .on(table.adminId, table.id)
      .where(sql`delivery = 'summary' and mailed_at is null and read_at is null`),
    index("notices_by_creation").on(table.createdAt),
    check("notices_environment_known", sql`environment in ('production', 'staging', 'development')`),
    check("notices_delivery_known", sql`delivery in ('now', 'summary', 'console')`),
  ],
);

/** How each person wants to be told. Without a row: as each kind comes. */
export const noticePreferences = pgTable(
  "notice_preferences",
  {
    adminId: id("admin_id", "adm")
      .primaryKey()
      .references(() => admins.id, { onDelete: "cascade" }),
    /** Of the kinds that they were asked about. */
    deliveries: jsonb("deliveries").$type<Partial<Record<NoticeKind, NoticeDelivery>>>().notNull(),
    summaryHour: smallint("summary_hour").notNull(),
    /** The day, where the person is, of the last summary, as 2026-11-29. */
    summarizedOn: text("summarized_on"),
  },
  () => [check("notice_preferences_hour", sql`summary_hour between 0 and 23`)],
);

/** Where somebody has signed in from, a row for each browser and network, so that another one is news. */
export const adminDevices = pgTable(
  "admin_devices",
  {
    adminId: id("admin_id", "adm")
      .notNull()
      .references(() => admins.id, { onDelete: "cascade" }),
    /** Browser and system in words. */
    device: shownText("device").notNull(),
    /** IPv4 by /24, IPv6 by /48; empty where the address is not known. */
    network: text("network").notNull(),
    lastSeenAt: instant("last_seen_at").notNull(),
  },
  (table) => [uniqueIndex("admin_devices_once").on(table.adminId, table.device, table.network)],
);
