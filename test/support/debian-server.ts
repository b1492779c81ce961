import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import path from "node:path";

/** Debian installs servers here, which the PATH of an ordinary user lacks. */
const PROGRAM_PATH = [process.env.PATH, "/usr/sbin", "/usr/local/sbin"].join(path.delimiter);

const known = new Map<string, boolean>();

/**
 * Whether a server is installed; for `describe.skipIf(!installed("nginx"))`. Says so once where it is not.
 * @throws Error where it is missing and CI is "true": there, skipping would be a green run that checked nothing
 */
export function installed(program: string): boolean {
  const before = known.get(program);
  if (before !== undefined) return before;
  const { error } = spawnSync(program, ["-v"], { stdio: "ignore", env: withPrograms() });
  const found = error === undefined;
  known.set(program, found);
  if (!found) {
    const sentence = `${program} is not on the PATH, so the tests that need a real one cannot run.`;
    if (process.env.CI === "true") throw new Error(sentence);
    process.stderr.write(`${sentence}\n`);
  }
  return found;
}

export interface DebianServer {
  child: ChildProcess;
  /** Ends it at once, as a crash would. */
  stop(): Promise<void>;
}

/**
 * Runs a server under a watcher that waits for the end of the pipe 3 and then kills it. That pipe ends when we close it,
 * and also when this process dies in whatever way: vitest kills its workers without letting them clean up, and servers
 * would be left behind.
 */
export function runServer(program: string, args: readonly string[]): DebianServer {
  const watched = '(cat; kill -9 $$) <&3 >/dev/null & exec "$@" 3<&-';
  const child = spawn("sh", ["-c", watched, "sh", program, ...args], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: withPrograms(),
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    child.stdio[3]?.destroy();
    await exited;
  };
  return { child, stop };
}

function withPrograms(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: PROGRAM_PATH };
}
