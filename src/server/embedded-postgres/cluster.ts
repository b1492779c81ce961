import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
  chownSync,
  closeSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { totalmem } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { Account, RunAs } from "./account";
import type { Binaries } from "./binaries";
import { BINARIES_VERSION } from "./checksums";
import { EmbeddedPostgresError, messageOf } from "./errors";
import { logFileOf, openLog } from "./log-file";
import { type Postmaster, readPostmaster, SUPERUSER } from "./postmaster";
import { onlyThese, poll, SYSTEM_PATH } from "./processes";

const run = promisify(execFile);

/** Crash recovery reads up to max_wal_size (1 GB) of log; a slow disk needs minutes. */
const START_TIMEOUT_MS = 5 * 60_000;
/** Processes of a killed Postgres end when they next look up from their query. */
const ORPHANS_TIMEOUT_MS = 30_000;
const LOG_LINES_IN_ERROR = 15;

/** Postgres' own default, and as much as a million keys use. */
const SHARED_BUFFERS_MB = { least: 128, most: 1_024 };

/**
 * An eighth of the memory, of the container's where there is one, within bounds. What is not in it is copied from the system
 * page by page, which for what a list reads costs more than all else; and it takes no more memory than there is data.
 */
function sharedBuffers(): string {
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  const { least, most } = SHARED_BUFFERS_MB;
  return `${Math.min(Math.max(Math.floor(bytes / 8 / 1_024 ** 2), least), most)}MB`;
}

/**
 * Written to postgresql.conf once, so that an operator can tune them there.
 * Terse log: the detail lines of an error quote the row that caused it, digests included.
 */
const INITIAL_SETTINGS = {
  max_connections: "200",
  shared_buffers: sharedBuffers(),
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  log_error_verbosity: "terse",
};

/** For throw-away databases: a power failure may ruin the cluster. Killing Postgres still loses nothing. */
const VOLATILE_SETTINGS = { fsync: "off", full_page_writes: "off" };

/** What is needed to make and start a cluster. */
export interface ClusterContext {
  dataDir: string;
  clusterDir: string;
  binaries: Binaries;
  runAs: RunAs;
  password: string;
  /** False: do not wait for the disk. */
  durable: boolean;
}

/** Makes the cluster if there is none. It appears complete or not at all, also when we are killed midway. */
export async function ensureCluster(context: ClusterContext): Promise<void> {
  const { clusterDir, runAs, binaries, durable } = context;
  if (existsSync(path.join(clusterDir, "PG_VERSION"))) {
    if (runAs.account && statSync(clusterDir).uid !== runAs.account.uid) handOver(clusterDir, runAs.account);
    return;
  }
  const unfinished = `${clusterDir}.new`;
  const passwordFile = `${clusterDir}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, context.password, { mode: 0o600, flag: "wx" });
  if (runAs.account)
    for (const owned of [unfinished, passwordFile]) chownSync(owned, runAs.account.uid, runAs.account.gid);
  const { file, args, options } = runAs.command(binaries.initdb, [
    `--pgdata=${unfinished}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // Built in: sorts alike on every system, and an update of the system's libraries cannot break an index.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    ...(durable ? [] : ["--no-sync"]),
    ...Object.entries(INITIAL_SETTINGS).map(([name, value]) => `--set=${name}=${value}`),
  ]);
  try {
    await run(file, args, {
      ...options,
      cwd: path.parse(clusterDir).root,
      env: environment(binaries),
      windowsHide: true,
    });
    renameSync(unfinished, clusterDir);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    const output = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    throw new EmbeddedPostgresError(
      `Cannot make a Postgres cluster in ${clusterDir}: ${lastLines(output) || messageOf(error)}`,
      {
        cause: error,
      },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Does nothing where there are none. @throws EmbeddedPostgresError where the files are those of another major version, which Postgres does not read */
export function refuseOtherMajor(clusterDir: string): void {
  const file = path.join(clusterDir, "PG_VERSION");
  if (!existsSync(file)) return;
  const theirs = readFileSync(file, "utf8").trim();
  const ours = String(Number.parseInt(BINARIES_VERSION, 10));
  if (theirs === ours) return;
  throw new EmbeddedPostgresError(
    `The database in ${clusterDir} is of Postgres ${theirs}, and this version of Keyward brings Postgres ${ours}. Make a backup with the version of Keyward that ran before, move the data directory away, and restore the backup with this one (docs/operations.md).`,
  );
}

/**
 * Starts Postgres on the cluster and waits until it takes connections.
 * @param port to listen at; absent: any that is free
 * @throws EmbeddedPostgresError with the last lines of its log
 */
export async function startServer(
  context: ClusterContext,
  port?: number,
): Promise<{ postmaster: Postmaster; child: ChildProcess }> {
  const giveUpOnOrphans = performance.now() + ORPHANS_TIMEOUT_MS;
  for (let attempt = 1; ; attempt++) {
    const outcome = await launch(context, port ?? (await freePort()));
    if ("postmaster" in outcome) return outcome;
    const portTaken =
      port === undefined && outcome.log.includes("could not create any TCP/IP sockets") && attempt < 5;
    const orphans =
      outcome.log.includes("pre-existing shared memory block") && performance.now() < giveUpOnOrphans;
    if (orphans) await delay(200);
    if (!portTaken && !orphans) {
      throw new EmbeddedPostgresError(
        `The embedded Postgres did not start (${outcome.reason}). Its log ends with:\n${lastLines(outcome.log)}`,
      );
    }
  }
}

async function launch(
  context: ClusterContext,
  port: number,
): Promise<{ postmaster: Postmaster; child: ChildProcess } | { reason: string; log: string }> {
  const { binaries, clusterDir, runAs } = context;
  const log = openLog(logFileOf(context.dataDir));
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    ...(context.durable ? {} : VOLATILE_SETTINGS),
  };
  const { file, args, options } = runAs.command(binaries.postgres, [
    // First, so that findRunning sees it with a blank on both sides.
    ...["-D", clusterDir, "-p", String(port)],
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ]);
  const child = spawn(file, args, {
    ...options,
    cwd: path.parse(clusterDir).root,
    env: environment(binaries),
    // A group of its own: Ctrl-C in a terminal is for us, who still need the database for what is running.
    detached: true,
    stdio: ["ignore", log.descriptor, log.descriptor],
    windowsHide: true,
  });
  closeSync(log.descriptor);
  child.unref();
  let failure: string | undefined;
  child.once("error", (error) => {
    failure = error.message;
  });
  child.once("exit", (code, signal) => {
    failure = signal ? `ended by ${signal}` : `exit code ${code}`;
  });
  const outcome = await poll(() => {
    if (failure !== undefined) return { reason: failure, log: log.written() };
    const postmaster = readPostmaster(clusterDir);
    if (postmaster?.pid !== child.pid || postmaster?.status !== "ready") return undefined;
    return { postmaster, child };
  }, START_TIMEOUT_MS);
  if (outcome) return outcome;
  child.kill("SIGQUIT");
  return { reason: `not ready after ${START_TIMEOUT_MS / 1000} s`, log: log.written() };
}

/** Ours is not handed on: it holds secrets, and PG* variables would change what Postgres does. */
function environment(binaries: Binaries): NodeJS.ProcessEnv | undefined {
  // Windows programs need several variables of the system; undefined hands on all.
  if (process.platform === "win32") return undefined;
  return onlyThese({ LC_ALL: "C", PATH: SYSTEM_PATH, ...binaries.env });
}

function handOver(directory: string, account: Account): void {
  for (const entry of ["", ...readdirSync(directory, { recursive: true, encoding: "utf8" })]) {
    lchownSync(path.join(directory, entry), account.uid, account.gid);
  }
}

/** A port that nobody listened on just now. Somebody may take it before Postgres does; then we start again. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-LOG_LINES_IN_ERROR).join("\n");
}
