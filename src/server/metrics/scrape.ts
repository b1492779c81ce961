import { Gauge } from "prom-client";
import { isAppError } from "@/server/core/errors";
import { NotInTimeError, within } from "@/server/core/within";
import { contextFor, type Runtime } from "@/server/runtime/runtime";
import { checkDatabase, countWork, type WorkCounts } from "@/server/services/health";
import type { Metrics } from "./metrics";
import { measureParts } from "./parts";

/** For what others have to be asked for, in milliseconds: Prometheus gives up after ten seconds, a person sooner. */
const PATIENCE_MS = 900;

/** Gives out what was counted, as Prometheus reads it. Whatever is away, it answers within a second. */
export type Scrape = () => Promise<string>;

/**
 * Makes the scrape of a runtime. Those that come at once share one: however often somebody asks, Postgres is asked once at
 * a time.
 */
export function createScrape(runtime: Runtime, metrics: Metrics): Scrape {
  measureParts(metrics, runtime);
  const up = new Gauge({
    name: "keyward_up",
    help: "Whether a part that Keyward needs answers",
    labelNames: ["part"],
    registers: [metrics.registry],
  });
  const work = workGauges(metrics);
  const ctx = contextFor(runtime, { kind: "system", name: "metrics" });

  const scrape = async () => {
    // What cannot be known is left out. A figure of before would look as if all were well.
    const [postgres, limiter, counts] = await Promise.all([
      checkDatabase(runtime).then((fault) => fault === null),
      succeeds(runtime.limiter.ping()),
      within(PATIENCE_MS, countWork(ctx)).catch((error: unknown) => {
        // That it is away is a figure of its own, and told by all who need it for more.
        if (!isAppError(error) && !(error instanceof NotInTimeError))
          ctx.logger.warn({ err: error }, "Jobs and sessions could not be counted for the metrics");
        return null;
      }),
    ]);
    up.set({ part: "postgres" }, postgres ? 1 : 0);
    up.set({ part: "limiter" }, limiter ? 1 : 0);
    work(counts);
    return metrics.registry.metrics();
  };

  let underWay: Promise<string> | null = null;
  return () => {
    underWay ??= scrape().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}

function succeeds(work: Promise<void>): Promise<boolean> {
  return within(PATIENCE_MS, work).then(
    () => true,
    () => false,
  );
}

/** @returns sets the figures that Postgres has, or, given null, takes them away */
function workGauges({ registry }: Metrics): (counts: WorkCounts | null) => void {
  const registers = [registry];
  const jobs = new Gauge({
    name: "keyward_jobs",
    help: "Jobs by status, counted up to 10,000",
    labelNames: ["status"],
    registers,
  });
  const wait = new Gauge({
    name: "keyward_jobs_oldest_wait_seconds",
    help: "For how long the job that is due longest has waited for its turn",
    registers,
  });
  const sessions = new Gauge({
    name: "keyward_sessions",
    help: "Sessions of administrators that count, up to 10,000",
    registers,
  });
  const size = new Gauge({ name: "keyward_database_bytes", help: "Size of the database on disk", registers });
  return (counts) => {
    jobs.reset();
    for (const gauge of [wait, sessions, size]) gauge.remove();
    if (!counts) return;
    for (const status of ["queued", "running", "failed"] as const) jobs.set({ status }, counts.jobs[status]);
    wait.set(counts.oldestWaitMs / 1_000);
    sessions.set(counts.sessions);
    size.set(counts.databaseBytes);
  };
}
