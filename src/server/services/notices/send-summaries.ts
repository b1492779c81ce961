import { and, asc, eq, gt, inArray, isNull, or, sql } from "drizzle-orm";
import { DAY_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { noticeWords } from "@/contracts/notice-words";
import { DEFAULT_SUMMARY_HOUR, type NoticeFacts } from "@/contracts/notices";
import { authorize } from "@/server/core/authorize";
import { safeStack } from "@/server/core/safe-errors";
import type { Transaction } from "@/server/database/connections";
import { adminColumns, admins, apiKeys, noticePreferences, notices } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { queueMail } from "../mails";
import { isWithinReach } from "./internal/people";

/** Older ones are no news: there was no mail server for days, or the person was deactivated. */
const NEWS_DAYS = 7;

/** That one mail counts; what is beyond them comes with the next day's. */
const MOST_TOLD = 1_000;

/** In one mail; the rest is in the console. */
const MOST_SHOWN = 25;

/**
 * Sends everybody who has something for it their summary of the day, from the hour that they have chosen on. A day's second one
 * cannot be: the day is noted in a row that is locked meanwhile, in the transaction that queues the mail.
 * @returns 0: there is nothing to be called again for
 */
export async function sendSummaries(ctx: ServiceContext, stop: AbortSignal): Promise<number> {
  authorize(ctx, "settings:manage");
  if (!ctx.mailer) return 0;
  const waiting = await withDatabase(ctx, (db) =>
    db.selectDistinct({ adminId: notices.adminId }).from(notices).where(forSummary(ctx)),
  );
  for (const { adminId } of waiting) {
    if (stop.aborted) break;
    try {
      await withTransaction(ctx, (ctx) => sendSummary(ctx, adminId));
    } catch (error) {
      // One that fails, such as for a time zone that this Node does not know, keeps nobody else from theirs.
      ctx.logger.error({ adminId, stack: safeStack(error) }, "A daily summary could not be made");
    }
  }
  return 0;
}

/** What is not read, and in no summary yet. */
function forSummary({ clock }: ServiceContext) {
  const since = new Date(clock.now().getTime() - NEWS_DAYS * DAY_MS);
  return and(
    eq(notices.delivery, "summary"),
    isNull(notices.mailedAt),
    isNull(notices.readAt),
    gt(notices.createdAt, since),
  );
}

async function sendSummary(ctx: ServiceContext & { tx: Transaction }, adminId: Id<"adm">): Promise<void> {
  const [person] = await ctx.tx
    .select(adminColumns)
    .from(admins)
    .where(and(eq(admins.id, adminId), isNull(admins.deactivatedAt)));
  if (!person) return;
  await ctx.tx
    .insert(noticePreferences)
    .values({ adminId, deliveries: {}, summaryHour: DEFAULT_SUMMARY_HOUR })
    .onConflictDoNothing();
  const [preferences] = await ctx.tx
    .select()
    .from(noticePreferences)
    .where(eq(noticePreferences.adminId, adminId))
    .for("update");
  const today = preferences && localDay(ctx.clock.now(), person.timeZone);
  if (!today || today.hour < preferences.summaryHour || today.day === preferences.summarizedOn) return;
  const pending = await ctx.tx
    .select({ id: notices.id, facts: notices.facts, environment: notices.environment })
    .from(notices)
    .leftJoin(apiKeys, eq(apiKeys.id, notices.subjectId))
    // What was said of a key that is gone meanwhile asks for nothing any more.
    .where(
      and(eq(notices.adminId, adminId), forSummary(ctx), or(isNull(apiKeys.id), isNull(apiKeys.deletedAt))),
    )
    .orderBy(asc(notices.id))
    .limit(MOST_TOLD);
  const told = pending.filter(({ environment }) => isWithinReach(person, environment));
  if (told.length === 0) return;
  const words = told.slice(0, MOST_SHOWN).map(({ facts }) => noticeWords(facts as unknown as NoticeFacts));
  const more = told.length - words.length;
  const title = told.length === 1 ? (words[0]?.title ?? "") : `${told.length} notices from Keyward`;
  await queueMail(ctx, {
    to: person.email,
    person: adminId,
    subject: title,
    headline: told.length === 1 ? title : `${told.length} notices`,
    paragraphs: [
      ...words.map(({ title, text }) => (told.length === 1 ? text : `${title}. ${text}`)),
      ...(more > 0 ? [`And ${more} more.`] : []),
    ],
    action: { label: "Open notices", path: "/notices" },
    footer: `Sent once a day by Keyward at ${ctx.baseUrl}. Choose what you are sent, and when, under Notices in your profile.`,
    onceKey: `summary ${adminId} ${today.day}`,
  });
  const ids = pending.map(({ id }) => id);
  await ctx.tx.update(notices).set({ mailedAt: ctx.clock.now() }).where(inArray(notices.id, ids));
  await ctx.tx
    .update(noticePreferences)
    .set({ summarizedOn: sql`${today.day}` })
    .where(eq(noticePreferences.adminId, adminId));
}

/** The day and the hour that it is there, as `2026-11-29` and 0 to 23. */
function localDay(now: Date, timeZone: string): { day: string; hour: number } {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    hourCycle: "h23",
  }).formatToParts(now);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? "";
  return { day: `${part("year")}-${part("month")}-${part("day")}`, hour: Number(part("hour")) };
}
