import { statfs } from "node:fs/promises";
import { type Env, InvalidEnvError } from "@/env";
import type { Logger } from "@/server/core/logger";
import { newToken } from "@/server/core/secrets";
import { BackupError, RestoreRefusedError } from "@/server/database/backup/errors";
import type { Isolation } from "@/server/database/connections";
import { connectionProblem, errorCode } from "@/server/database/errors";
import { DatabaseRightsError } from "@/server/database/isolation";
import {
  DatabaseVersionError,
  findIsolation,
  findPrepared,
  holdsInstallation,
  migrateDatabase,
} from "@/server/database/migrate";
import { EmbeddedPostgresError, startEmbeddedPostgres } from "@/server/embedded-postgres/start";
import { measureClock } from "@/server/services/health";
import { startTracing } from "@/server/tracing/tracing";
import { closeRuntime, createRuntime } from "./create";
import { claimKeyMaterial, KeyMaterialError } from "./key-material";
import { migrationsFolder } from "./migrations-folder";
import type { Runtime } from "./runtime";
import { hasCluster, loadSecrets, SecretsFileError } from "./secrets-file";
import type { Assignment } from "./worker-messages";

/** A runtime that somebody opened and has to close. */
export interface OpenRuntime extends Runtime {
  /** Flushes what is pending, closes the connections, and stops the embedded Postgres if this process started it. */
  close(): Promise<void>;
  /** What opening it found wrong in the database, and put right; a sentence each. */
  mended: readonly string[];
}

/** The settings name no installation, and none is to be made; the message says where was looked, and what to do. */
export class NoInstallationError extends Error {
  override name = "NoInstallationError";
}

/** The database does not take us; the message has its reason. */
export class DatabaseRefusedError extends Error {
  override name = "DatabaseRefusedError";
}

/** SQLSTATE read_only_sql_transaction. */
const READ_ONLY = "25006";

const FOR_OPERATORS = [
  InvalidEnvError,
  SecretsFileError,
  EmbeddedPostgresError,
  DatabaseRightsError,
  DatabaseRefusedError,
  NoInstallationError,
  KeyMaterialError,
  DatabaseVersionError,
  BackupError,
  RestoreRefusedError,
];

/** Whether the message of an error says all that the operator needs in order to mend it: no stack, no cause. */
export function isForOperator(error: unknown): error is Error {
  return FOR_OPERATORS.some((kind) => error instanceof kind);
}

/** Whether a restore was refused because of the backup, or of what is there already. */
export function isRestoreRefusal(error: unknown): error is Error {
  return [BackupError, RestoreRefusedError, KeyMaterialError].some((kind) => error instanceof kind);
}

/**
 * What may be made where there is nothing. Only a server's start makes an installation: a command with a wrong DATA_DIR
 * would otherwise find a new, empty one, and report that there are no keys and that the audit is in order.
 */
export type MayMake = "installation" | "tables" | "nothing";

/** The database of an installation, ready to be used: there, and as this version needs it. */
export interface OpenDatabase {
  url: string;
  isolation: Isolation;
  /** What opening it found wrong, and put right; a sentence each. */
  mended: readonly string[];
  /** Stops the embedded Postgres if this process started it. */
  stop(): Promise<void>;
}

/** What else to say of an opening. */
interface OpenOptions {
  /** For what mends a pepper or a prefix that does not fit. */
  anyKeyMaterial?: boolean;
  /**
   * For what is done in a moment, and takes what a start has prepared as it is: policies are not mended and no login is
   * tried, unless there is a version to bring the database to.
   */
  trustPrepared?: boolean;
  /** Called when the embedded Postgres has ended and could not be started again. */
  onDatabaseLost?: () => void;
}

/**
 * Opens the database that the settings name, migrated; the embedded Postgres is started where nobody runs it.
 * @throws what isForOperator knows
 */
export async function openDatabase(
  env: Env,
  logger: Logger,
  mayMake: MayMake,
  { trustPrepared = false, onDatabaseLost }: Omit<OpenOptions, "anyKeyMaterial"> = {},
): Promise<OpenDatabase> {
  if (!env.DATABASE_URL && mayMake !== "installation" && !hasCluster(env.DATA_DIR)) {
    throw new NoInstallationError(
      `There is no installation in ${env.DATA_DIR}. Set DATA_DIR or DATABASE_URL to the one you mean; "npm start" makes a new one.`,
    );
  }
  const embedded = env.DATABASE_URL
    ? null
    : await startEmbeddedPostgres({ dataDir: env.DATA_DIR, logger, onLost: onDatabaseLost });
  const stop = async () => embedded?.stop();
  const url = env.DATABASE_URL ?? embedded?.url ?? "";
  const mended: string[] = [];
  try {
    const onMended = (what: string) => void mended.push(what);
    const isolation = await prepareDatabase(url, env, logger, { mayMake, trustPrepared, onMended });
    return { url, isolation, mended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Puts the parts together for the settings: embedded or given Postgres, migrated; the limiter; the pools.
 * For the server and the command line; Next's bundle has no business with the embedded Postgres (runtime/singleton.ts).
 * @throws what isForOperator knows
 */
export async function openRuntime(
  env: Env,
  logger: Logger,
  mayMake: MayMake,
  options: OpenOptions = {},
): Promise<OpenRuntime> {
  const database = await openDatabase(env, logger, mayMake, options);
  return openRuntimeOn(database, env, logger, mayMake, options);
}

/**
 * The runtime of a worker, on the database that its primary has opened.
 * @throws what isForOperator knows
 */
export async function openWorkerRuntime(
  env: Env,
  logger: Logger,
  { databaseUrl: url, worker }: Pick<Assignment, "databaseUrl" | "worker">,
): Promise<OpenRuntime> {
  const isolation = await withDatabaseNamed(env, () => findIsolation(url, env.DATABASE_POOLING));
  const database = { url, isolation, mended: [], stop: async () => undefined };
  return openRuntimeOn(database, env, logger, "installation", { worker });
}

/**
 * With DATABASE_URL the pepper comes from KEY_PEPPER alone: one made by this machine would make every key unknown to
 * the other machines of the installation.
 */
async function openRuntimeOn(
  { url, isolation, mended, stop }: OpenDatabase,
  env: Env,
  logger: Logger,
  mayMake: MayMake,
  { anyKeyMaterial = false, worker }: Pick<OpenOptions, "anyKeyMaterial"> & { worker?: number } = {},
): Promise<OpenRuntime> {
  const isEmbedded = !env.DATABASE_URL;
  const runtime = createRuntime(env, logger, {
    url,
    isolation,
    pepper: env.KEY_PEPPER ?? (isEmbedded ? loadSecrets(env.DATA_DIR).keyPepper : undefined),
    sessionSecret: env.NEXTAUTH_SECRET ?? sessionSecret(env, mayMake),
    // Commands serve no calls.
    tracing: mayMake === "installation" ? await startTracing(env, logger) : null,
    // Of a Postgres elsewhere the disk is not to be seen.
    diskSpace: isEmbedded ? () => diskSpaceOf(env.DATA_DIR) : undefined,
    worker,
  });
  const { databases } = runtime;
  const close = async () => {
    await closeRuntime(runtime);
    await stop();
  };
  try {
    await Promise.all([
      anyKeyMaterial ||
        claimKeyMaterial(runtime.databases, runtime.keyMaterial, { adopts: mayMake === "installation" }),
      // A command has one connection, and no calls to make another one for.
      measureClock(
        mayMake === "installation" ? runtime : { databases: { ...databases, lookUps: databases.owner } },
      ),
    ]);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...runtime, close, mended };
}

async function prepareDatabase(
  url: string,
  env: Env,
  logger: Logger,
  {
    mayMake,
    trustPrepared,
    onMended,
  }: { mayMake: MayMake; trustPrepared: boolean; onMended: (what: string) => void },
): Promise<Isolation> {
  const pooling = env.DATABASE_POOLING;
  return withDatabaseNamed(env, async () => {
    const prepared = trustPrepared ? await findPrepared(url, pooling) : null;
    if (prepared) return prepared;
    if (env.DATABASE_URL && mayMake === "nothing" && !(await holdsInstallation(url, pooling))) {
      throw new NoInstallationError(
        'There is no Keyward in the database of DATABASE_URL. Set it to the one you mean; "npm start" or "database migrate" makes a new one.',
      );
    }
    return migrateDatabase(url, { folder: migrationsFolder(), pooling, logger, onMended });
  });
}

/** Runs what needs the database. @throws DatabaseRefusedError where that cannot be used, saying which it is */
export async function withDatabaseNamed<Result>(env: Env, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const problem = connectionProblem(error);
    if (problem === null) throw error;
    const which = env.DATABASE_URL ? "The database of DATABASE_URL" : `The database in ${env.DATA_DIR}`;
    throw new DatabaseRefusedError(`${which} cannot be used: ${problem}${cureFor(error, problem)}`, {
      cause: error,
    });
  }
}

/** What to do where Postgres, or a pooler before it, says something that names no setting of ours. */
function cureFor(error: unknown, problem: string): string {
  if (errorCode(error) === READ_ONLY) {
    return ". It is a standby, or told to write nothing: set DATABASE_URL to the primary.";
  }
  // What pgbouncer says, whose code is that of every other breach of the protocol.
  if (problem.includes("unsupported startup parameter")) {
    return ". That is a pooler of transactions: set DATABASE_POOLING=transaction.";
  }
  return "";
}

/** A command signs no sessions. With DATABASE_URL it would make a secrets file in whatever directory it was called in. */
function sessionSecret(env: Env, mayMake: MayMake): string {
  const kept = mayMake === "installation" || !env.DATABASE_URL;
  return kept ? loadSecrets(env.DATA_DIR).nextAuthSecret : newToken();
}

/** Of the disk that a path lies on, in bytes; free is what those who are not root may still write. */
async function diskSpaceOf(path: string): Promise<{ size: number; free: number }> {
  const { blocks, bavail, bsize } = await statfs(path);
  return { size: blocks * bsize, free: bavail * bsize };
}
