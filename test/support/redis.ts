import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { freePort } from "./ports";

/** A real redis-server of one's own, empty, on the loopback interface, writing nothing to disk. */
export interface TestRedis {
  url: string;
  port: number;
  /** Ends it at once, as a crash would. */
  stop(): Promise<void>;
}

let available: boolean | undefined;

/**
 * Whether `redis-server` is on the PATH; for `describe.skipIf(!redisAvailable())`. Says so once where it is not.
 * @throws Error where it is missing and CI is "true": there, skipping would be a green run that checked nothing
 */
export function redisAvailable(): boolean {
  if (available === undefined) {
    available = spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0;
    if (!available) {
      const sentence = "redis-server is not on the PATH, so the tests that need a real Redis cannot run.";
      if (process.env.CI === "true") throw new Error(sentence);
      process.stderr.write(`${sentence}\n`);
    }
  }
  return available;
}

/** @param options.port To come back where an earlier one was; otherwise a free one is taken. */
export async function startRedis(options: { port?: number } = {}): Promise<TestRedis> {
  const attempts = options.port === undefined ? 5 : 1;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(options.port ?? (await freePort()));
    } catch (error) {
      // Between finding a free port and using it, somebody else may have taken it.
      if (attempt === attempts) throw error;
    }
  }
}

/**
 * Runs redis-server under a watcher that waits for the end of the pipe 3 and then kills it. That pipe ends when we close
 * it, and also when this process dies in whatever way: vitest kills its workers without letting them clean up, and
 * servers would be left behind.
 */
const WATCHED = '(cat; kill -9 $$) <&3 >/dev/null & exec redis-server "$@" 3<&-';

async function startOn(port: number): Promise<TestRedis> {
  const settings = { port, bind: "127.0.0.1", save: "", appendonly: "no", dir: tmpdir() };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn("sh", ["-c", WATCHED, "sh", ...flags], { stdio: ["ignore", "pipe", "ignore", "pipe"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    child.stdio[3]?.destroy();
    await exited;
  };
  try {
    await ready(child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis://127.0.0.1:${port}`, port, stop };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk;
      if (output.includes("Ready to accept connections")) resolve();
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`redis-server ended before it was ready:\n${output}`)));
  });
}
