import { authenticateBenchmarks } from "./authenticate";
import { exportBenchmarks } from "./export";
import { hostileBenchmarks } from "./hostile";
import { insightBenchmarks } from "./insight";
import { isolationBenchmarks } from "./isolation";
import { latencyBenchmarks } from "./latency";
import { licenseBenchmarks } from "./licenses";
import { logPageBenchmarks } from "./log-page";
import { millionKeysBenchmarks } from "./million";
import { pageWeightBenchmarks } from "./page-weight";
import { peerBenchmarks } from "./peers";
import { requestLogBenchmarks } from "./request-log";
import type { Result } from "./result";
import { revokeBenchmarks } from "./revoke";
import { signInBenchmarks } from "./sign-in";
import { startBenchmarks } from "./start";
import { telemetryBenchmarks } from "./telemetry";
import { webhookBenchmarks } from "./webhooks";
import { workerBenchmarks } from "./workers";

/** What the command line says beside the names. */
export interface BenchOptions {
  /** Of the log that its page is asked about. */
  logRows: number;
  /** Whether Postgres' plans are printed as well. */
  plans: boolean;
}

export interface Benchmark {
  /**
   * Fills the database, which is new and empty, with what it needs, and measures.
   * @param otherUrl a second one, on a Postgres of its own, where it compares two
   */
  run(databaseUrl: string, options: BenchOptions, otherUrl: string): Promise<Result[]>;
  comparesTwo?: true;
  /** After so many minutes it counts as failed: one that hangs must not keep the others from running. */
  minutes: number;
  /** Rows of one kind, of which the README shows the one that stands worst. */
  isOneKind?: true;
}

/** Every benchmark, by the name that `npm run bench -- <name>…` takes. */
export const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  authenticate: { run: authenticateBenchmarks, minutes: 8 },
  peers: { run: peerBenchmarks, minutes: 5 },
  latency: { run: latencyBenchmarks, minutes: 4 },
  million: { run: millionKeysBenchmarks, minutes: 8, comparesTwo: true },
  revoke: { run: revokeBenchmarks, minutes: 4 },
  workers: { run: workerBenchmarks, minutes: 4 },
  isolation: { run: isolationBenchmarks, minutes: 3 },
  licenses: { run: licenseBenchmarks, minutes: 3 },
  telemetry: { run: telemetryBenchmarks, minutes: 3 },
  log: { run: requestLogBenchmarks, minutes: 3 },
  "log-page": { run: logPageBenchmarks, minutes: 8 },
  insight: { run: insightBenchmarks, minutes: 5, isOneKind: true },
  export: { run: exportBenchmarks, minutes: 6 },
  hostile: { run: hostileBenchmarks, minutes: 10, isOneKind: true },
  "sign-in": { run: signInBenchmarks, minutes: 4 },
  "page-weight": { run: pageWeightBenchmarks, minutes: 3, isOneKind: true },
  webhooks: { run: webhookBenchmarks, minutes: 4 },
  start: { run: startBenchmarks, minutes: 3 },
};
