import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inject } from "vitest";
import { PROGRAM_PATH } from "./programs";

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
    env: { ...process.env, PATH: PROGRAM_PATH },
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    child.stdio[3]?.destroy();
    await exited;
  };
  return { child, stop };
}

const isRoot = process.getuid?.() === 0;

/** A command as the user whom Debian's packages make for Postgres and pgbouncer: neither of them runs as root. */
export function asPostgres(program: string, args: readonly string[]): [string, ...string[]] {
  if (!isRoot) return [program, ...args];
  return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", program, ...args];
}

/** A new directory of that user's, which is gone after the run. */
export function newServerDirectory(): string {
  const directory = path.join(inject("scratchDirectory"), `server-${randomUUID().slice(0, 8)}`);
  mkdirSync(directory, { mode: 0o755 });
  handOver(directory);
  return directory;
}

/** Writes a file that this user alone may read. */
export function writeServerFile(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
  handOver(file);
}

function handOver(file: string): void {
  if (!isRoot) return;
  const [uid = 0, gid = 0] = ["-u", "-g"].map((flag) =>
    Number(execFileSync("id", [flag, "postgres"]).toString()),
  );
  chownSync(file, uid, gid);
}
