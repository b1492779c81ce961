import { sql } from "drizzle-orm";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { MailContent } from "@/contracts/mails";
import { cleaned, cleanText } from "@/contracts/text";
import { newId } from "@/server/core/ids";
import { JOBS_CHANNEL } from "@/server/database/channels";
import type { Transaction } from "@/server/database/connections";
import { mails } from "@/server/database/schema";
import { oneLine } from "@/server/mail/content";
import type { ServiceContext } from "../context";

/** A mail to one recipient. */
export interface NewMail extends Omit<MailContent, "action"> {
  /** An address that emailSchema has read. */
  to: string;
  subject: string;
  /** The person of the team whom it is for: not sent any more once they are deactivated or removed. */
  person?: Id<"adm">;
  /** Where what it tells of belongs: not sent any more to a person who has no role there. Null: it belongs to none. */
  environment?: Environment | null;
  /** The button: where in the console it leads, as a path from the root, such as `/invite#…`. */
  action: { label: string; path: `/${string}` } | null;
  /** Names the occasion: of mails with the same one, the first alone is sent. */
  onceKey?: string;
  /** When what it opens is over: it is not sent any more then. */
  usefulUntil?: Date;
}

/**
 * Queues a mail, in the transaction of the change that it tells of: it is sent exactly if that commits. Its links lead to
 * the deployment's own URL, whatever the Host header of the request said, which is the sender's claim.
 * @returns false where no mail is set up, and nothing is queued: whatever it would have held must be given in another way
 */
export async function queueMail(ctx: ServiceContext & { tx: Transaction }, mail: NewMail): Promise<boolean> {
  if (!ctx.mailer) return false;
  const { to, subject, action, headline, paragraphs, footer } = mail;
  const { person: adminId = null, environment = null, onceKey = null, usefulUntil = null } = mail;
  const now = ctx.clock.now();
  await ctx.tx
    .insert(mails)
    .values({
      id: newId("mai"),
      recipient: cleanText(to),
      subject: oneLine(subject),
      adminId,
      environment,
      content: {
        headline: cleaned(headline),
        paragraphs: paragraphs.map(cleaned),
        action: action && { label: cleaned(action.label), url: ctx.baseUrl + action.path },
        footer: cleaned(footer),
      },
      onceKey,
      usefulUntil,
      createdAt: now,
      nextAttemptAt: now,
    })
    .onConflictDoNothing({ target: mails.onceKey });
  // Workers look for mails whenever they are woken for a job.
  await ctx.tx.execute(sql`select pg_notify(${JOBS_CHANNEL}, '')`);
  return true;
}
