import { desc, isNotNull, sql } from "drizzle-orm";
import type { MailState } from "@/contracts/mails";
import { authorize } from "@/server/core/authorize";
import { mails } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** Enough to see what is wrong. */
const FAILED_SHOWN = 20;

/**
 * How mails are sent, how many wait, and which were given up.
 * @throws AppError permission_denied
 */
export async function readMailState(ctx: ServiceContext): Promise<MailState> {
  authorize(ctx, "settings:manage");
  const { mailer } = ctx;
  return withDatabase(ctx, async (db) => {
    const [waiting] = await db
      .select({
        count: sql<number>`count(*)::int`,
        error: sql<
          string | null
        >`(array_agg(${mails.error} order by ${mails.attempts} desc) filter (where ${mails.error} is not null))[1]`,
      })
      .from(mails)
      .where(isNotNull(mails.nextAttemptAt));
    const failed = await db
      .select({
        id: mails.id,
        to: mails.recipient,
        subject: mails.subject,
        error: mails.error,
        failedAt: mails.failedAt,
      })
      .from(mails)
      .where(isNotNull(mails.failedAt))
      .orderBy(desc(mails.failedAt), desc(mails.id))
      .limit(FAILED_SHOWN);
    return {
      server: mailer && { place: mailer.place, from: mailer.from.address },
      waiting: waiting?.count ?? 0,
      waitingError: waiting?.error ?? null,
      failed: failed.map(({ error, failedAt, ...mail }) => ({
        ...mail,
        error: error ?? "",
        failedAt: failedAt?.toISOString() ?? "",
      })),
    };
  });
}
