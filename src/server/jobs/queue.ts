import PgBoss from "pg-boss";
import { JOB_QUEUES, type JobQueue } from "@/contracts/jobs";
import { safeStack } from "@/server/core/safe-errors";
import { parseConnectionUrl, pgOptions } from "@/server/database/connection-url";
import type { ServiceContext } from "@/server/services/context";
import { queuesWithWork } from "./lease";
import { runMaintenance } from "./maintenance";
import { runJobs } from "./run";

/** Bookkeeping of pg-boss needs no more; the work itself runs on Keyward's own pools. */
const POOL_SIZE = 2;
const DISPATCH_MS = 500;
const POLL_SECONDS = 2;
const UPKEEP_CRON = "*/10 * * * *";

/** Turns for one wake-up, so that it is over within the hour after which pg-boss takes its worker for lost. */
const TURNS_PER_WAKE_UP = 500;

/** Workers of this process in each queue. One bulk job at a time leaves the database to the calls. */
const WORKERS: Record<JobQueue, number> = { default: 2, bulk: 1, upkeep: 1 };

/** The running queue of this process. */
export interface RunningQueue {
  /** Stops between two chunks, and gives jobs back for another process to go on with. */
  stop(): Promise<void>;
}

/**
 * Starts to work on jobs. pg-boss distributes wake-ups over the processes of the installation and keeps the schedule of
 * maintenance to one of them; whether there is anything to do, and who does it, the job's own row decides (lease.ts).
 * @param ctx Keyward's own, on the owner's pool
 */
export async function startQueue(ctx: ServiceContext, databaseUrl: string): Promise<RunningQueue> {
  const boss = new PgBoss({
    ...(await pgOptions(parseConnectionUrl(databaseUrl))),
    schema: "pgboss",
    application_name: "keyward-jobs",
    max: POOL_SIZE,
  });
  const report = (error: unknown) =>
    ctx.logger.error({ stack: safeStack(error) }, "The job queue has a fault");
  boss.on("error", report);
  await boss.start();
  const stop = new AbortController();
  const workers = await startWorkers(boss, ctx, stop.signal);
  const dispatcher = startDispatcher(boss, ctx, workers, report);
  return {
    async stop() {
      stop.abort();
      await dispatcher.stop();
      await boss.stop({ graceful: true, wait: true, timeout: 10_000 });
    },
  };
}

type Workers = Record<JobQueue, string[]>;

async function startWorkers(boss: PgBoss, ctx: ServiceContext, stop: AbortSignal): Promise<Workers> {
  const work: Record<JobQueue, () => Promise<unknown>> = {
    default: () => runJobs(ctx, { queue: "default" }, stop, TURNS_PER_WAKE_UP),
    bulk: () => runJobs(ctx, { queue: "bulk" }, stop, TURNS_PER_WAKE_UP),
    upkeep: () => runMaintenance(ctx, stop),
  };
  const workers: Workers = { default: [], bulk: [], upkeep: [] };
  for (const queue of JOB_QUEUES) {
    // A wake-up says that there is work, not which, so one in line is enough ("short"); and it is not retried: the rows say
    // what is due, and the dispatcher reads them.
    const rules = {
      name: queue,
      policy: "short",
      retryLimit: 0,
      expireInMinutes: 60,
      retentionDays: 1,
    } as const;
    await boss.createQueue(queue, rules);
    // For the queue of an earlier version.
    await boss.updateQueue(queue, rules);
    for (let worker = 0; worker < WORKERS[queue]; worker++) {
      const options = { pollingIntervalSeconds: POLL_SECONDS, batchSize: 1 };
      workers[queue].push(
        await boss.work(queue, options, async () => {
          await work[queue]();
        }),
      );
    }
  }
  await boss.schedule("upkeep", UPKEEP_CRON);
  return workers;
}

/** Wakes workers while there are rows to work on, one round after the other. */
function startDispatcher(
  boss: PgBoss,
  ctx: ServiceContext,
  workers: Workers,
  report: (error: unknown) => void,
): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const send = async () => {
    for (const queue of await queuesWithWork(ctx)) {
      await boss.send(queue, {});
      for (const id of workers[queue]) boss.notifyWorker(id);
    }
  };
  const round = async () => {
    await send().catch(report);
    if (!stopped) timer = setTimeout(next, DISPATCH_MS);
  };
  let running: Promise<void>;
  const next = () => {
    running = round();
  };
  next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
