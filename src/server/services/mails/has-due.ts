import { lte } from "drizzle-orm";
import { authorize } from "@/server/core/authorize";
import { mails } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";

/** Whether a mail is due that the mail server, where there is one, has not taken yet. */
export async function hasDueMails(ctx: ServiceContext): Promise<boolean> {
  authorize(ctx, "settings:manage");
  if (!ctx.mailer) return false;
  const due = await withDatabase(ctx, (db) =>
    db.select({ id: mails.id }).from(mails).where(lte(mails.nextAttemptAt, ctx.clock.now())).limit(1),
  );
  return due.length > 0;
}
