import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLogger } from "@/server/core/logger";
import { migrateDatabase } from "@/server/database/migrate";
import { startEmbeddedPostgres } from "@/server/embedded-postgres/start";
import { authenticateBenchmarks } from "./authenticate";
import { exportBenchmarks } from "./export";
import { hostileBenchmarks } from "./hostile";
import { insightBenchmarks } from "./insight";
import { isolationBenchmarks } from "./isolation";
import { latencyBenchmarks } from "./latency";
import { licenseBenchmarks } from "./licenses";
import { millionKeysBenchmarks } from "./million";
import { pageWeightBenchmarks } from "./page-weight";
import { peerBenchmarks } from "./peers";
import { requestLogBenchmarks } from "./request-log";
import { type Result, report } from "./result";
import { revokeBenchmarks } from "./revoke";
import { signInBenchmarks } from "./sign-in";
import { startBenchmarks } from "./start";
import { telemetryBenchmarks } from "./telemetry";

/** Every benchmark, by the name that `npm run bench -- <name>…` takes. Each fills the database with what it needs. */
const BENCHMARKS: Record<string, (databaseUrl: string) => Promise<Result[]>> = {
  authenticate: authenticateBenchmarks,
  peers: peerBenchmarks,
  latency: latencyBenchmarks,
  million: millionKeysBenchmarks,
  revoke: revokeBenchmarks,
  isolation: isolationBenchmarks,
  licenses: licenseBenchmarks,
  telemetry: telemetryBenchmarks,
  log: requestLogBenchmarks,
  insight: insightBenchmarks,
  export: exportBenchmarks,
  hostile: hostileBenchmarks,
  "sign-in": signInBenchmarks,
  "page-weight": pageWeightBenchmarks,
  start: startBenchmarks,
};

/** The benchmarks asked for; all, where none is named. */
function chosen(names: readonly string[]): (typeof BENCHMARKS)[string][] {
  return (names.length > 0 ? names : Object.keys(BENCHMARKS)).map((name) => {
    const benchmark = BENCHMARKS[name];
    if (benchmark) return benchmark;
    throw new Error(`There is no benchmark "${name}". There are: ${Object.keys(BENCHMARKS).join(", ")}.`);
  });
}

/** Each has a Postgres of its own: what one leaves behind would be measured by the next, or stand in its way. */
async function runAlone(benchmark: (databaseUrl: string) => Promise<Result[]>): Promise<Result[]> {
  const directory = mkdtempSync(path.join(tmpdir(), "keyward-bench-"));
  const postgres = await startEmbeddedPostgres({
    dataDir: path.join(directory, "data"),
    logger: createLogger("error"),
  });
  try {
    await migrateDatabase(postgres.url);
    return await benchmark(postgres.url);
  } finally {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

const results: Result[] = [];
for (const benchmark of chosen(process.argv.slice(2))) results.push(...(await runAlone(benchmark)));
report(results);
