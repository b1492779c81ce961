import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLogger } from "@/server/core/logger";
import { startEmbeddedPostgres } from "@/server/db/embedded";
import { migrateDatabase } from "@/server/db/migrate";
import { doorBenchmarks } from "./door";
import { fill } from "./fill";
import { insightBenchmarks } from "./insight";
import { isolationBenchmarks } from "./isolation";

/** A measured ratio next to what performance.md asks for. */
export interface Result {
  what: string;
  ratio: number;
  bar: number;
  aim: number;
  /** The two figures behind the ratio, with their unit. */
  detail: string;
}

function print(results: Result[]): void {
  const rows = results.map(({ what, ratio, bar, aim, detail }) => ({
    what,
    ratio: ratio.toFixed(2),
    bar,
    aim,
    verdict: ratio >= aim ? "aim" : ratio >= bar ? "bar" : "below",
    detail,
  }));
  const table = rows.map((row) => `| ${Object.values(row).join(" | ")} |`);
  process.stdout.write(
    `\n| what | ratio | bar | aim | verdict | measured |\n|---|---|---|---|---|---|\n${table.join("\n")}\n`,
  );
  mkdirSync("test-results", { recursive: true });
  writeFileSync("test-results/bench.json", `${JSON.stringify(results, null, 2)}\n`);
}

const directory = mkdtempSync(path.join(tmpdir(), "keyward-bench-"));
const postgres = await startEmbeddedPostgres({
  dataDir: path.join(directory, "data"),
  logger: createLogger("warn"),
});
try {
  await migrateDatabase(postgres.url);
  const keys = await fill(postgres.url);
  print([
    ...(await doorBenchmarks(postgres.url, keys)),
    ...(await isolationBenchmarks(postgres.url)),
    ...(await insightBenchmarks(postgres.url)),
  ]);
} finally {
  await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
}
