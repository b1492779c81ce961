import PgBoss from "pg-boss";
import type { Id } from "@/contracts/ids";
import { JOB_QUEUES, JOB_TYPES, type JobQueue } from "@/contracts/jobs";
import { traceOf } from "@/server/core/faults";
import { parseConnectionUrl, pgOptions } from "@/server/db/connection-url";
import type { ServiceContext } from "@/server/services/context";
import { dispatchableJobs } from "./lease";
import { runJob } from "./run";
import { runUpkeep } from "./upkeep";

/** Bookkeeping of pg-boss needs no more; the work itself runs on Keyward's own pools. */
const POOL_SIZE = 2;
const DISPATCH_MS = 500;
const DISPATCH_BATCH = 100;
const POLL_SECONDS = 2;
const UPKEEP_CRON = "*/10 * * * *";

/** Workers of this process in each queue. One bulk job at a time leaves the database to the calls. */
const WORKERS: Record<JobQueue, number> = { default: 2, bulk: 1, upkeep: 1 };

/** The running queue of this process. */
export interface RunningQueue {
  /** Stops between two chunks, and gives jobs back for another process to go on with. */
  stop(): Promise<void>;
}

/**
 * Starts to work on jobs. pg-boss distributes wake-ups over the processes of the installation and keeps the schedule of
 * upkeep to one of them; whether there is anything to do, and who does it, the job's own row decides (lease.ts).
 * @param ctx Keyward's own, on the owner's pool
 */
export async function startQueue(ctx: ServiceContext, databaseUrl: string): Promise<RunningQueue> {
  const boss = new PgBoss({
    ...(await pgOptions(parseConnectionUrl(databaseUrl))),
    schema: "pgboss",
    application_name: "keyward-jobs",
    max: POOL_SIZE,
  });
  const report = (error: unknown) => ctx.logger.error({ stack: traceOf(error) }, "The job queue has a fault");
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
  const work: Record<JobQueue, (wakeUp: PgBoss.Job<object>) => Promise<unknown>> = {
    default: ({ data }) => runJob(ctx, jobIdOf(data), stop),
    bulk: ({ data }) => runJob(ctx, jobIdOf(data), stop),
    upkeep: () => runUpkeep(ctx, stop),
  };
  const workers: Workers = { default: [], bulk: [], upkeep: [] };
  for (const queue of JOB_QUEUES) {
    // Wake-ups are not retried: the row says when the job is due again, and the dispatcher reads it.
    await boss.createQueue(queue, { name: queue, retryLimit: 0, expireInMinutes: 60, retentionDays: 1 });
    for (let worker = 0; worker < WORKERS[queue]; worker++) {
      const options = { pollingIntervalSeconds: POLL_SECONDS, batchSize: 1 };
      workers[queue].push(
        await boss.work<object>(queue, options, async (wakeUps) => {
          for (const wakeUp of wakeUps) await work[queue](wakeUp);
        }),
      );
    }
  }
  await boss.schedule("upkeep", UPKEEP_CRON);
  return workers;
}

function jobIdOf(data: object): Id<"job"> {
  if (!("jobId" in data) || typeof data.jobId !== "string") throw new Error("A wake-up names no job.");
  return data.jobId as Id<"job">;
}

/** Turns due rows into wake-ups, one round after the other. */
function startDispatcher(
  boss: PgBoss,
  ctx: ServiceContext,
  workers: Workers,
  report: (error: unknown) => void,
): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const send = async () => {
    const jobs = await dispatchableJobs(ctx, DISPATCH_BATCH);
    if (jobs.length === 0) return;
    await boss.insert(jobs.map(({ id, type }) => ({ name: JOB_TYPES[type].queue, data: { jobId: id } })));
    for (const { type } of jobs) for (const id of workers[JOB_TYPES[type].queue]) boss.notifyWorker(id);
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
