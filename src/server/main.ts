import cluster from "node:cluster";
import { readEnv } from "@/env";
import { isForOperator } from "@/server/runtime/open";
import { loadSettingsFiles } from "@/server/runtime/settings-files";
import { Shutdown, StoppingError, WORKER_STOP_MS } from "@/server/runtime/shutdown";
import { surviveLostTypeFetch } from "@/server/runtime/type-fetch";
import { askForAssignment, endWithPrimary, tellStarted } from "@/server/runtime/worker-messages";
import { createLogger } from "./core/logger";

/** Why a listener fails, by Node's code. */
const CANNOT_LISTEN: Record<string, string> = {
  EADDRINUSE: "Another program listens there: stop it, or set PORT to another number.",
  EACCES: "This user may not listen there: set PORT to a number above 1023.",
  EADDRNOTAVAIL: "This machine has no such address: set HOST to one it has.",
};

/** What the operator can mend is said in one line; anything else comes with its stack. */
function explain(error: unknown): string {
  if (isForOperator(error)) return error.message;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code in CANNOT_LISTEN) return `${CANNOT_LISTEN[code]} (${(error as Error).message})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Node's own. Next puts another in its place, which tells its prerendering of every look at the clock. */
const NodeDate = Date;

const dev = process.argv.includes("--dev");
let shutdown: Shutdown | undefined;
try {
  // Before anything is read from them.
  loadSettingsFiles(dev);
  const env = readEnv();
  const assignment = cluster.isWorker ? await askForAssignment() : null;
  const logger = createLogger(env.LOG_LEVEL).child(assignment ? { worker: assignment.worker } : {});
  shutdown = new Shutdown(logger, process.exit, assignment ? WORKER_STOP_MS : undefined);
  shutdown.listen();
  surviveLostTypeFetch();
  if (assignment) endWithPrimary(shutdown);
  // Each loads what it needs alone: a primary serves nothing, and has no use for Next.
  if (env.WORKERS > 1 && !assignment && !dev) {
    const { startWorkers } = await import("./primary");
    await startWorkers(env, logger, shutdown);
  } else {
    const { startServing } = await import("./serve");
    await startServing(env, logger, shutdown, { dev, assignment });
    // Nothing is prerendered here, and Next's doubles the price of each date of a call. Development keeps what Next brings.
    if (!dev) globalThis.Date = NodeDate;
  }
  if (assignment) tellStarted();
} catch (error) {
  // What ends the start then is the stop, which ends the process as well.
  if (!(error instanceof StoppingError)) {
    process.stderr.write(`Keyward cannot start. ${explain(error)}\n`);
    if (shutdown) await shutdown.stop(1);
    else process.exit(1);
  }
}
