import { eq } from "drizzle-orm";
import type { z } from "zod";
import {
  DEFAULT_SUMMARY_HOUR,
  NOTICE_KIND_NAMES,
  type NoticePreferences,
  withDefaultDeliveries,
} from "@/contracts/notices";
import { changeNoticePreferencesSchema } from "@/contracts/schemas/notices";
import { authorize, requireFreshFactor } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { noticePreferences } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";

/**
 * Chooses how one is told of what. On record: whoever has taken over an account would begin with the notices that tell of it.
 * @throws AppError validation_failed where a kind cannot be told in that way; confirmation_required
 */
export async function changeNoticePreferences(
  ctx: ServiceContext,
  input: z.input<typeof changeNoticePreferencesSchema>,
): Promise<NoticePreferences> {
  authorize(ctx, "profile:manage");
  const preferences = parse(changeNoticePreferencesSchema, input);
  // Else a stolen session would have the mails stopped that tell its owner of the thief.
  requireFreshFactor(ctx);
  const { id, email } = administratorOf(ctx.principal);
  return withTransaction(ctx, async (ctx) => {
    const [row] = await ctx.tx
      .select()
      .from(noticePreferences)
      .where(eq(noticePreferences.adminId, id))
      .for("update");
    const before = {
      deliveries: withDefaultDeliveries(row?.deliveries ?? {}),
      summaryHour: row?.summaryHour ?? DEFAULT_SUMMARY_HOUR,
    };
    await ctx.tx
      .insert(noticePreferences)
      .values({ adminId: id, ...preferences })
      .onConflictDoUpdate({ target: noticePreferences.adminId, set: preferences });
    const changed = changesBetween(before, preferences);
    if (changed) {
      await recordAudit(ctx, {
        action: "admin.change_notices",
        subject: { id, name: email },
        environment: null,
        ...changed,
      });
    }
    return preferences;
  });
}

/** The choices that differ, as `before` and `after`; null: none do. */
function changesBetween(before: NoticePreferences, after: NoticePreferences) {
  const flat = ({ deliveries, summaryHour }: NoticePreferences): Record<string, unknown> => ({
    ...deliveries,
    summaryHour,
  });
  const [old, present] = [flat(before), flat(after)];
  const names = [...NOTICE_KIND_NAMES, "summaryHour"].filter((name) => old[name] !== present[name]);
  if (names.length === 0) return null;
  const only = (values: Record<string, unknown>) =>
    Object.fromEntries(names.map((name) => [name, values[name]]));
  return { before: { notices: only(old) }, after: { notices: only(present) } };
}
