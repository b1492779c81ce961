import { EventEmitter } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { MINUTE_MS } from "@/contracts/durations";
import type { JobQueue } from "@/contracts/job-types";
import { safeStack } from "@/server/core/safe-errors";
import { JOBS_CHANNEL, WEBHOOKS_CHANNEL } from "@/server/database/channels";
import type { ServiceContext } from "@/server/services/context";
import { sendDueMails } from "@/server/services/mails";
import { sendDueWebhooks } from "@/server/services/webhooks";
import { hasWork } from "./lease";
import { ROUNDS, runMaintenance, TASKS } from "./maintenance";
import { runJobs } from "./run";

/** Workers of this process in each queue. One bulk job at a time leaves the database to the calls. */
const WORKERS: Record<JobQueue, number> = { default: 2, bulk: 1 };

/** Of this process, so that one mail at which the mail server is silent, which may be for minutes, holds up no other. */
export const MAIL_WORKERS = 3;

/** Of this process. Names are looked up by threads that passwords are hashed by too, of which there are four. */
export const WEBHOOK_WORKERS = 3;

/** How often a queue works without being told to, in milliseconds; other than here only in tests. */
interface Times {
  /** Looks for jobs: a notification can be lost, with its connection or behind a pooler, and another attempt is due later. */
  poll: number;
  /** Looks for webhooks, which nobody is notified of: it costs the changes too much. So late one may be that comes alone. */
  webhooks: number;
  maintenance: number;
}

const TIMES: Times = { poll: 2_000, webhooks: 1_000, maintenance: 10 * MINUTE_MS };

/** The running queue of this process. */
export interface RunningQueue {
  /** Stops between two chunks, and gives jobs back for another process to go on with. */
  stop(): Promise<void>;
}

/**
 * Starts to work on jobs. What there is to do, and who does it, the job's own row decides (lease.ts); a worker only has to
 * look. It looks when a job is queued, by LISTEN and NOTIFY, and every two seconds whatever happens. Mails that are due
 * and webhooks, which are looked for each second, are sent in the same way, by workers of their own: a server that is slow holds up
 * no job.
 * @param ctx Keyward's own, on the owner's pool
 */
export async function startQueue(ctx: ServiceContext, times: Times = TIMES): Promise<RunningQueue> {
  const stop = new AbortController();
  const { signal } = stop;
  const arrivals = new EventEmitter().setMaxListeners(0);
  const report = (error: unknown) =>
    ctx.logger.error({ stack: safeStack(error) }, "The job queue has a fault");

  const nextArrival = (of: "job" | "webhook" = "job") =>
    new Promise<void>((resolve) => {
      const arrived = () => {
        clearTimeout(timer);
        arrivals.off(of, arrived);
        resolve();
      };
      const timer = setTimeout(arrived, of === "job" ? times.poll : times.webhooks);
      arrivals.on(of, arrived);
    });
  const workOn = async (queue: JobQueue) => {
    while (!signal.aborted) {
      // From before the look: what arrives while it lasts must not be waited for.
      const arrival = nextArrival();
      if (await hasWork(ctx, queue).catch(report)) await runJobs(ctx, { queue }, signal).catch(report);
      await arrival;
    }
  };
  const sendMails = async () => {
    while (!signal.aborted) {
      const arrival = nextArrival();
      await sendDueMails(ctx, signal).catch(report);
      await arrival;
    }
  };
  const sendWebhooks = async () => {
    while (!signal.aborted) {
      const arrival = nextArrival("webhook");
      await sendDueWebhooks(ctx, signal).catch(report);
      await arrival;
    }
  };
  const maintain = async (tasks: typeof TASKS) => {
    while (!signal.aborted) {
      await runMaintenance(ctx, signal, tasks).catch(report);
      await pause(times.maintenance, undefined, { signal }).catch(() => undefined);
    }
  };

  const workers = (Object.keys(WORKERS) as JobQueue[]).flatMap((queue) =>
    Array.from({ length: WORKERS[queue] }, () => workOn(queue)),
  );
  const mails = Array.from({ length: ctx.mailer ? MAIL_WORKERS : 0 }, sendMails);
  const webhooks = Array.from({ length: WEBHOOK_WORKERS }, sendWebhooks);
  const maintenance = [maintain(TASKS), maintain(ROUNDS)];
  // On a connection of its own, which ends with the pool: to take it back when stopping would wait for a Postgres that may
  // be gone. Behind a pooler of transactions nobody can listen; polling does it there.
  const { $client } = ctx.databases.owner;
  Promise.all([
    $client.listen(JOBS_CHANNEL, () => arrivals.emit("job")),
    $client.listen(WEBHOOKS_CHANNEL, () => arrivals.emit("webhook")),
  ]).catch((error: unknown) =>
    ctx.logger.info({ stack: safeStack(error) }, "Jobs are found by polling alone"),
  );
  return {
    async stop() {
      stop.abort();
      arrivals.emit("job");
      arrivals.emit("webhook");
      await Promise.all([...workers, ...mails, ...webhooks, ...maintenance]);
    },
  };
}
