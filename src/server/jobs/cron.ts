import { createHash, timingSafeEqual } from "node:crypto";
import { safeStack } from "@/server/core/safe-errors";
import type { ServiceContext } from "@/server/services/context";
import { hasDueMails, sendDueMails } from "@/server/services/mails";
import { hasDueWebhooks, sendDueWebhooks } from "@/server/services/webhooks";
import { hasWork } from "./lease";
import { ROUNDS, runMaintenance, TASKS } from "./maintenance";
import { WEBHOOK_WORKERS } from "./queue";
import { runJobs } from "./run";

/** How long one call works before it leaves the rest to the next: below what such hosting allows a function. */
const BUDGET_MS = 25_000;

/** Of that time, how much maintenance and jobs may take. */
const WORK_SHARE = 0.7;

/**
 * By when the last webhook and the last mail begin, so that they are over within the time. A webhook that nobody waits for any more
 * is sent again, though its receiver may have it, and an attempt takes 10 s at most.
 */
const SENDING_SHARE = 0.6;

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

/** What a call has done, and whether it leaves work that could be done now: whoever calls can call again at once. */
export interface WorkedBatch {
  /** Jobs. */
  worked: number;
  left: { jobs: boolean; webhooks: boolean; mails: boolean };
}

/**
 * Works on maintenance and jobs, and sends webhooks and mails beside, for a bounded time, for hosting where no process stays. A job
 * that does not fit goes on in the next call, after its last whole chunk. Calls that overlap take other jobs, webhooks and mails.
 */
export async function workBatch(ctx: ServiceContext, budgetMs = BUDGET_MS): Promise<WorkedBatch> {
  const attempt = <Result>(what: string, work: Promise<Result>): Promise<Result | undefined> =>
    work.catch((error: unknown) => {
      ctx.logger.error({ stack: safeStack(error) }, `The scheduler's call could not ${what}`);
      return undefined;
    });
  const forWork = AbortSignal.timeout(budgetMs * WORK_SHARE);
  const forSending = AbortSignal.timeout(budgetMs * SENDING_SHARE);
  const forRounds = AbortSignal.timeout(budgetMs * ROUND_SHARE);
  const patienceMs = budgetMs * (1 - SENDING_SHARE);
  const work = async () => {
    // Beside the rest, since it rests most of its time.
    const rounds = attempt("look at the keys", runMaintenance(ctx, forRounds, ROUNDS));
    await attempt("maintain", runMaintenance(ctx, forWork, TASKS));
    const worked = await attempt("work on jobs", runJobs(ctx, {}, forWork));
    await rounds;
    return worked;
  };
  // Each with a catch of its own: a mail server or a receiver that is silent must hold up nothing else.
  const send = () =>
    Promise.all([
      ...Array.from({ length: WEBHOOK_WORKERS }, () =>
        attempt("send webhooks", sendDueWebhooks(ctx, forSending, patienceMs)),
      ),
      attempt("send mails", sendDueMails(ctx, forSending, patienceMs)),
    ]);
  const [worked] = await Promise.all([work(), send()]);
  // What the work has told. Where the time is over, it is left.
  await send();
  const left = {
    jobs:
      (await attempt("look for jobs", hasWork(ctx, "default"))) ||
      (await attempt("look for jobs", hasWork(ctx, "bulk"))) ||
      false,
    webhooks: (await attempt("look for webhooks", hasDueWebhooks(ctx))) ?? false,
    mails: (await attempt("look for mails", hasDueMails(ctx))) ?? false,
  };
  return { worked: worked?.size ?? 0, left };
}
