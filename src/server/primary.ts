import cluster from "node:cluster";
import type { Env } from "@/env";
import type { Logger } from "@/server/core/logger";
import { openDatabase } from "@/server/runtime/open";
import { loadSecrets } from "@/server/runtime/secrets-file";
import { type Shutdown, StoppingError, WORKER_STOP_MS } from "@/server/runtime/shutdown";
import { type Assignment, fromWorkerSchema } from "@/server/runtime/worker-messages";
import { type ProcessEnd, WorkerPool, type WorkerProcess } from "@/server/runtime/worker-pool";

/** For the embedded Postgres to stop. */
const DATABASE_MS = 6_000;

/**
 * Starts `WORKERS` processes that serve on one port (Node's `cluster`). This one serves nothing: it holds the database open, is
 * what a service manager signals and watches, and puts another worker in the place of one that has ended.
 */
export async function startWorkers(env: Env, logger: Logger, shutdown: Shutdown): Promise<void> {
  const { url: databaseUrl } = await shutdown.open(
    {
      name: "database",
      patience: DATABASE_MS,
      open: () => openDatabase(env, logger, "installation", { onDatabaseLost: () => void shutdown.stop(1) }),
    },
    (database) => database.stop(),
  );
  // Made here where there is none, so that all workers sign sessions alike.
  if (!env.NEXTAUTH_SECRET) loadSecrets(env.DATA_DIR);
  let isFirst = true;
  const pool = new WorkerPool({
    size: env.WORKERS,
    logger,
    onCrashLoop: () => void shutdown.stop(1),
    fork(worker) {
      const process = fork({ worker, databaseUrl, isFirst }, logger);
      isFirst = false;
      return process;
    },
  });
  await shutdown.open(
    {
      name: "workers",
      patience: WORKER_STOP_MS,
      async open() {
        if (await pool.start()) return;
        void shutdown.stop(1);
        throw new StoppingError();
      },
    },
    () => pool.stop(),
    () => pool.hurry(),
  );
}

function fork(assignment: Assignment, logger: Logger): WorkerProcess {
  const worker = cluster.fork();
  const ended = new Promise<ProcessEnd>((resolve) => {
    worker.once("exit", (code: number | null, signal: string | null) => resolve({ code, signal }));
    worker.on("error", (error) => {
      logger.error({ err: error, worker: assignment.worker }, "A worker cannot be made, or not be spoken to");
      if (worker.process.pid === undefined) resolve({ code: null, signal: null });
    });
  });
  const serves = new Promise<boolean>((resolve) => {
    worker.on("message", (message) => {
      if (fromWorkerSchema.parse(message) === "hello") worker.send(assignment);
      else resolve(true);
    });
  });
  const started = Promise.race([serves, ended.then(() => false)]);
  return { started, ended, stop: () => void worker.process.kill("SIGTERM") };
}
