import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { MINUTE_MS } from "@/contracts/durations";
import { createLogger } from "@/server/core/logger";
import { migrateDatabase } from "@/server/database/migrate";
import { startEmbeddedPostgres } from "@/server/embedded-postgres/start";
import type { Benchmark, BenchOptions } from "./benchmarks";
import type { Outcome, Result } from "./result";

/** How much of what a benchmark wrote last is kept as the reason of its failure. */
const REASON_LENGTH = 400;

/**
 * Runs a benchmark on a Postgres of its own: what one leaves behind would be measured by the next, or stand in its way. It
 * does not throw: a benchmark that fails is a row that says so, and the next one is run.
 * @param interrupted ends it early
 */
export async function runOne(
  name: string,
  { minutes, comparesTwo }: Benchmark,
  options: BenchOptions,
  interrupted: AbortSignal,
): Promise<Outcome> {
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1_000);
  let version: string | null = null;
  try {
    const results = await onNewDatabase(async (url) => {
      version = await versionOf(url);
      const measure = (...urls: string[]) =>
        inProcess([name, JSON.stringify(options), ...urls], minutes, interrupted);
      return comparesTwo ? onNewDatabase((other) => measure(url, other)) : measure(url);
    });
    return { benchmark: name, seconds: seconds(), postgres: version, results, failure: null };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { benchmark: name, seconds: seconds(), postgres: version, results: [], failure };
  }
}

async function onNewDatabase<Outcome>(run: (url: string) => Promise<Outcome>): Promise<Outcome> {
  const directory = mkdtempSync(path.join(tmpdir(), "keyward-bench-"));
  try {
    const server = await startEmbeddedPostgres({
      dataDir: path.join(directory, "data"),
      logger: createLogger("error"),
    });
    try {
      await migrateDatabase(server.url);
      return await run(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function versionOf(databaseUrl: string): Promise<string | null> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    const [row] = await sql<{ server_version: string }[]>`show server_version`;
    return row?.server_version ?? null;
  } finally {
    await sql.end();
  }
}

/** @throws Error where it fails, takes too long or is interrupted, once all that it had started has ended */
async function inProcess(words: string[], minutes: number, interrupted: AbortSignal): Promise<Result[]> {
  const tooLong = AbortSignal.timeout(minutes * MINUTE_MS);
  // A group of its own, to be ended as a whole: servers, load generators, browsers.
  const child = spawn(process.execPath, ["--import", "tsx", "--expose-gc", "test/bench/one.ts", ...words], {
    stdio: ["ignore", "inherit", "pipe", "ipc"],
    detached: true,
  });
  const group = -(child.pid ?? 0);
  const end = () => {
    try {
      if (group !== 0) process.kill(group, "SIGKILL");
    } catch {
      // All of it has ended.
    }
  };
  let results: Result[] | null = null;
  child.on("message", (sent) => {
    results = sent as Result[];
  });
  let written = "";
  child.stderr?.on("data", (chunk) => {
    process.stderr.write(chunk);
    written = `${written}${chunk}`.slice(-REASON_LENGTH * 10);
  });
  const ending = AbortSignal.any([tooLong, interrupted]);
  if (ending.aborted) end();
  ending.addEventListener("abort", end);
  const [code] = (await once(child, "close")) as [number | null];
  ending.removeEventListener("abort", end);
  end();
  if (interrupted.aborted) throw new Error("interrupted");
  if (tooLong.aborted) throw new Error(`not done after ${minutes} minutes`);
  if (code === 0 && results) return results;
  throw new Error(reasonIn(written) ?? `ended with ${code}`);
}

/** The line that names the error, in what Node writes of one that nobody caught. */
function reasonIn(written: string): string | undefined {
  const lines = written.split("\n").map((line) => line.trim());
  return lines.findLast((line) => /^\w*Error\b.*: /.test(line))?.slice(0, REASON_LENGTH);
}
