import { eq } from "drizzle-orm";
import { DEFAULT_SUMMARY_HOUR, type NoticePreferences, withDefaultDeliveries } from "@/contracts/notices";
import { authorize } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { noticePreferences } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** How one is told of what oneself, and whether mails can be sent here at all. */
export async function readNoticePreferences(
  ctx: ServiceContext,
): Promise<{ preferences: NoticePreferences; hasMail: boolean }> {
  authorize(ctx, "profile:manage");
  const { id } = administratorOf(ctx.principal);
  const [row] = await withDatabase(ctx, (db) =>
    db.select().from(noticePreferences).where(eq(noticePreferences.adminId, id)),
  );
  const summaryHour = row?.summaryHour ?? DEFAULT_SUMMARY_HOUR;
  const deliveries = withDefaultDeliveries(row?.deliveries ?? {});
  return {
    preferences: { deliveries, summaryHour },
    hasMail: ctx.mailer !== null,
  };
}
