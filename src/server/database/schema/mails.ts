import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { Environment } from "@/contracts/environments";
import type { MailContent } from "@/contracts/mails";
import { id, instant, shownText } from "./columns";

/**
 * Mails on their way, a row for each recipient, written in the transaction of the change that they tell of. Sent and given up
 * ones are kept for a while, without what they said: it may hold a link that opens something.
 */
export const mails = pgTable(
  "mails",
  {
    id: id("id", "mai").primaryKey(),
    recipient: shownText("recipient").notNull(),
    subject: shownText("subject").notNull(),
    /** Of the person of the team whom it is for, without a foreign key; null: an address alone. */
    adminId: id("admin_id", "adm"),
    /** Where what it tells of belongs; null: to none. */
    environment: text("environment").$type<Environment>(),
    /** Null once it is sent or given up. */
    content: jsonb("content").$type<MailContent>(),
    /** Whoever queues the same mail twice names it alike; null: it cannot happen. */
    onceKey: text("once_key"),
    attempts: integer("attempts").notNull().default(0),
    createdAt: instant("created_at").notNull(),
    /** Null once it is sent or given up. */
    nextAttemptAt: instant("next_attempt_at"),
    /** What it opens is over then, and so is its use; null: it is worth sending for as long as mails are retried. */
    usefulUntil: instant("useful_until"),
    /** Of the one worker that is sending it, noted and committed before it begins. */
    leaseToken: text("lease_token"),
    leaseUntil: instant("lease_until"),
    sentAt: instant("sent_at"),
    failedAt: instant("failed_at"),
    /** Of the last attempt that failed, in the mail server's words. */
    error: shownText("error"),
  },
  (table) => [
    uniqueIndex("mails_once_key").on(table.onceKey),
    index("mails_due").on(table.nextAttemptAt).where(sql`next_attempt_at is not null`),
    index("mails_failed").on(table.failedAt).where(sql`failed_at is not null`),
    index("mails_by_creation").on(table.createdAt),
  ],
);
