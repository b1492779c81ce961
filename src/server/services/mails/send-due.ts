import { randomUUID } from "node:crypto";
import { and, asc, eq, isNull, lte, or, sql } from "drizzle-orm";
import { HOUR_MS, MINUTE_MS } from "@/contracts/durations";
import { cleaned } from "@/contracts/text";
import { authorize } from "@/server/core/authorize";
import { unlessStopped } from "@/server/core/unless-stopped";
import { mails } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import { type Delivery, type Mailer, SEND_DEADLINE_MS } from "@/server/mail/mailer";
import type { ServiceContext } from "../context";
import { RETRIED_FOR_MS, whyOver } from "./internal/over";

/** Longer than an attempt may take, so that no second worker begins while the first one is still at it. */
const LEASE_MS = SEND_DEADLINE_MS + MINUTE_MS;

/** How long a worker that is told to stop waits for the attempt that is under way: most are over in a moment. */
const STOP_PATIENCE_MS = 5_000;

const FIRST_BACKOFF_MS = MINUTE_MS;
const MAX_BACKOFF_MS = HOUR_MS;

type LeasedMail = typeof mails.$inferSelect & { leaseToken: string };

/**
 * Sends the mails that are due, one after the other, until none is left, `stop` is asked for, or the mail server is away.
 *
 * A worker notes in the row that it begins, commits, sends, and notes the end. Two workers never have the same row. A process
 * that dies in between leaves its note; when that has run out the mail is sent again, since nobody knows whether the server had
 * it: only in the moment between the server's "250" and the second note has it, and the recipient gets it twice (RFC 5321,
 * section 4.2.5, knows no way out). Both then have the same Message-ID, by which mail programs show one.
 * @param patienceMs how long after `stop` an attempt that is under way is waited for
 * @returns how many were sent
 */
export async function sendDueMails(
  ctx: ServiceContext,
  stop: AbortSignal,
  patienceMs = STOP_PATIENCE_MS,
): Promise<number> {
  authorize(ctx, "settings:manage");
  const { mailer } = ctx;
  let sent = 0;
  while (mailer && !stop.aborted) {
    const mail = await leaseMail(ctx);
    if (!mail) break;
    const delivery = await unlessStopped(attempt(ctx, mailer, mail), stop, patienceMs);
    // As if the process had ended: its note in the row runs out.
    if (!delivery) break;
    await settle(ctx, mail, delivery);
    if (delivery.kind === "sent") sent += 1;
    if (delivery.kind === "deferred" && delivery.isAway) break;
  }
  return sent;
}

/** Takes no lock where nothing is due, which is nearly always. */
async function leaseMail(ctx: ServiceContext): Promise<LeasedMail | null> {
  const now = ctx.clock.now();
  const due = and(lte(mails.nextAttemptAt, now), or(isNull(mails.leaseUntil), lte(mails.leaseUntil, now)));
  const waiting = await withDatabase(ctx, (db) =>
    db.select({ id: mails.id }).from(mails).where(due).limit(1),
  );
  if (waiting.length === 0) return null;
  const leaseToken = randomUUID();
  return withTransaction(ctx, async ({ tx }) => {
    const [found] = await tx
      .select({ id: mails.id })
      .from(mails)
      .where(due)
      .orderBy(asc(mails.nextAttemptAt), asc(mails.id))
      .limit(1)
      .for("update", { skipLocked: true });
    if (!found) return null;
    const [row] = await tx
      .update(mails)
      .set({
        leaseToken,
        leaseUntil: new Date(now.getTime() + LEASE_MS),
        attempts: sql`${mails.attempts} + 1`,
      })
      .where(eq(mails.id, found.id))
      .returning();
    return row ? { ...row, leaseToken } : null;
  });
}

async function attempt(ctx: ServiceContext, mailer: Mailer, mail: LeasedMail): Promise<Delivery> {
  const { id, recipient: to, subject, content, createdAt: date } = mail;
  const why = await whyOver(ctx, mail);
  if (!content || why !== null) return { kind: "refused", reason: cleaned(why ?? "") };
  return mailer.send({ id, to, subject, content, date });
}

/** Notes how it came out, unless another worker has taken the mail over. */
async function settle(ctx: ServiceContext, mail: LeasedMail, delivery: Delivery): Promise<void> {
  const { id, leaseToken, attempts } = mail;
  const now = ctx.clock.now();
  const isTooOld = now.getTime() - mail.createdAt.getTime() >= RETRIED_FOR_MS;
  const isOver = delivery.kind !== "deferred" || isTooOld;
  const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** (attempts - 1), MAX_BACKOFF_MS);
  const isSent = delivery.kind === "sent";
  await withTransaction(ctx, async ({ tx }) => {
    await tx
      .update(mails)
      .set({
        leaseToken: null,
        leaseUntil: null,
        nextAttemptAt: isOver ? null : new Date(now.getTime() + backoff),
        ...(isOver && { content: null }),
        sentAt: isSent ? now : null,
        failedAt: isOver && !isSent ? now : null,
        error: isSent ? null : cleaned(delivery.reason),
      })
      .where(and(eq(mails.id, id), eq(mails.leaseToken, leaseToken)));
  });
  if (isSent) return;
  const says = isOver
    ? "A mail could not be sent, and is given up"
    : "A mail could not be sent, and is tried again";
  ctx.logger.warn({ mailId: id, attempts, reason: delivery.reason }, says);
}
