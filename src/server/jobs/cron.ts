import { createHash, timingSafeEqual } from "node:crypto";
import { safeStack } from "@/server/core/safe-errors";
import type { ServiceContext } from "@/server/services/context";
import { sendDueMails } from "@/server/services/mails";
import { sendDueWebhooks } from "@/server/services/webhooks";
import { ROUNDS, runMaintenance, TASKS } from "./maintenance";
import { runJobs } from "./run";

/** How long one call works before it leaves the rest to the next: below what such hosting allows a function. */
const BUDGET_MS = 25_000;

/** Of that time, how much maintenance and jobs may take. */
const WORK_SHARE = 0.7;

/** By when webhooks are sent, so that mails have their time as well. */
const WEBHOOK_SHARE = 0.85;

/** And how much what looks at every key, which goes on in the next call. */
const ROUND_SHARE = 0.3;

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * Whether a call may start a batch. Compared as digests, in constant time: the time of an answer must not tell how much
 * of a guess is right. Without a secret the route is closed, so that nobody can make the installation work on demand.
 */
export function mayWork(secret: string | undefined, authorization: string | null): boolean {
  if (!secret) return false;
  return timingSafeEqual(digest(`Bearer ${secret}`), digest(authorization ?? ""));
}

/**
 * Works on maintenance and jobs and sends webhooks and mails, for a bounded time, for hosting where no process stays. A job that does not fit
 * goes on in the next call, after its last whole chunk.
 * @returns how many jobs were worked on
 */
export async function workBatch(ctx: ServiceContext, budgetMs = BUDGET_MS): Promise<number> {
  const attempt = <Result>(what: string, work: Promise<Result>): Promise<Result | undefined> =>
    work.catch((error: unknown) => {
      ctx.logger.error({ stack: safeStack(error) }, `The scheduler's call could not ${what}`);
      return undefined;
    });
  // Mails last, and each with a catch of its own: a mail server that is silent must hold up nothing else. Some of the time is left
  // to them, whatever there is to work on.
  const forMails = AbortSignal.timeout(budgetMs);
  const forWork = AbortSignal.timeout(budgetMs * WORK_SHARE);
  const forWebhooks = AbortSignal.timeout(budgetMs * WEBHOOK_SHARE);
  const forRounds = AbortSignal.any([forWork, AbortSignal.timeout(budgetMs * ROUND_SHARE)]);
  await attempt("look at the keys", runMaintenance(ctx, forRounds, ROUNDS));
  await attempt("maintain", runMaintenance(ctx, forWork, TASKS));
  const worked = await attempt("work on jobs", runJobs(ctx, {}, forWork));
  await attempt("send webhooks", sendDueWebhooks(ctx, forWebhooks));
  await attempt("send mails", sendDueMails(ctx, forMails));
  return worked?.size ?? 0;
}
