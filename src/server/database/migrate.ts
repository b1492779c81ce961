import path from "node:path";
import type postgres from "postgres";
import type { Environment } from "@/contracts/environments";
import type { Logger } from "@/server/core/logger";
import { disableWebhooks } from "./backup/disable-webhooks";
import { rebuildAsOf, refuseIfServed } from "./backup/rebuild";
import { OUR_TABLES } from "./catalog";
import { openClient } from "./client";
import { pinCollations, requireUtf8 } from "./collation";
import { parseConnectionUrl } from "./connection-url";
import type { Isolation, Login } from "./connections";
import { applyIsolation, ensureApiRole } from "./isolation";
import { ensureLogins, type RunTransaction, readLogins, tryLogins } from "./logins";
import { givingWay, takeStartLock } from "./migration-locks";
import { type Applied, applyMissingMigrations, compareMigrations, ensurePartitions } from "./migrations";
import { inTransaction } from "./session";
import { droppedSettings, type Pooling } from "./session-settings";
import { timeLimitSettings } from "./time-limits";

/**
 * A long migration, or a long wait for another process, is no fault, whatever limits the role has for itself. For how long a
 * lock is waited for is said where tables are changed (migration-locks.ts).
 */
const NO_TIME_LIMITS = timeLimitSettings({ statement: 0, lock: 0, idle: 0 });

/** The database is of another version than the code; the message says what to do. Nothing in it was changed. */
export class DatabaseVersionError extends Error {
  override name = "DatabaseVersionError";
}

export interface MigrationOptions {
  /** Where the SQL files are; the working directory's `drizzle` unless told otherwise. */
  folder?: string;
  pooling?: Pooling;
  /** Is told when another process is waited for, what was put right, and how the environments are kept apart. */
  logger?: Logger;
  /** Is told, as a sentence, what was found wrong and put right. */
  onMended?: (what: string) => void;
}

/**
 * Makes a database ready for this version of Keyward, from whatever state: the role it needs, the migrations that are
 * missing, the policies, a login for each environment, the partitions of the next days. All but the last in one
 * transaction, so that a start that fails leaves nothing behind; only migrations that run beside calls part it in several.
 * Several processes may start at once: one does the work under a lock while the others wait, and those that serve, of this
 * version or the one before, go on. The lock is the transaction's own; one of the session would stay in a pooler's
 * connection when we are gone, and every later start would wait for it.
 * @returns how the environments are kept apart from now on
 * @throws InvalidEnvError where the URL cannot be used; DatabaseVersionError; DatabaseRightsError naming what an administrator of the database
 *   has to run; PostgresError
 */
export async function migrateDatabase(url: string, options: MigrationOptions = {}): Promise<Isolation> {
  const { folder = path.resolve("drizzle"), pooling = "session", logger, onMended } = options;
  const mended = (what: string) => {
    logger?.warn(`${what} They are now`);
    onMended?.(what);
  };
  return withOwner(url, pooling, async (transaction, beside) => {
    let [applied, isDone] = [0, false];
    let logins: Record<Environment, Login> | null = null;
    while (!isDone) {
      const step = await givingWay(transaction, logger, async (sql) => {
        await takeStartLock(sql, logger);
        await requireUtf8(sql);
        await ensureApiRole(sql);
        const migrated = await applyMissingMigrations(sql, folder, { beside, logger });
        const all = { ...migrated, applied: applied + migrated.applied };
        return { ...all, logins: all.isDone ? await bringUp(sql, all, { folder, onMended: mended }) : null };
      });
      ({ applied, isDone, logins } = step);
    }
    if (!logins) return { kind: "shared", reason: "The migrations end before there were logins" };
    await transaction(ensurePartitions);
    const isolation = await tryLogins(url, pooling, logins, transaction);
    if (isolation.kind === "logins") logger?.info("Each environment has a login to the database of its own");
    else logger?.warn({ reason: isolation.reason }, SHARED_LOGIN);
    return isolation;
  });
}

/**
 * After the migrations: the policies, and a login for each environment.
 * @returns the logins; null where the migrations of the folder end before there were any
 */
async function bringUp(
  sql: postgres.TransactionSql,
  { applied, isAhead }: Pick<Applied, "applied" | "isAhead">,
  { folder, onMended }: { folder: string; onMended?: (what: string) => void },
): Promise<Record<Environment, Login> | null> {
  const [row] = await sql`select to_regclass('api_logins') is not null as present`;
  if (!row?.present) return null;
  if (isAhead) throw new DatabaseVersionError(NEWER_DATABASE);
  const pinned = await pinCollations(sql);
  await applyIsolation(sql, { folder, expected: applied > 0 || pinned, onMended });
  return ensureLogins(sql);
}

/** What a restore does with the database of an older version, before it is brought up to this one. */
interface Restore {
  /** The last migration of the backup. */
  migration: number;
  /** Fills the tables, whose names it gets, as they are after that migration. */
  load(sql: postgres.TransactionSql, tables: readonly string[]): Promise<void>;
  /** Looks at what has come of it, in tables of this version. What it throws undoes everything. */
  check(sql: postgres.TransactionSql): Promise<void>;
}

/**
 * Makes an installation of what a backup holds, in a database without one or with an empty one: all in one transaction, so
 * that a restore that fails leaves what was there. Nothing is sent from it before somebody wants it to.
 * @returns how many webhook endpoints were disabled
 * @throws RestoreRefusedError where there is something already; what migrateDatabase throws; what `load` and `check` throw
 */
export async function restoreDatabase(
  url: string,
  { migration, load, check }: Restore,
  options: MigrationOptions = {},
): Promise<{ disabledWebhooks: number }> {
  const { folder = path.resolve("drizzle"), pooling = "session", logger } = options;
  return withOwner(url, pooling, async (transaction) => {
    const disabledWebhooks = await transaction(async (sql) => {
      await requireUtf8(sql);
      await refuseIfServed(sql);
      await takeStartLock(sql, logger);
      await ensureApiRole(sql);
      const { tables, keepLogins } = await rebuildAsOf(sql, folder, migration);
      await load(sql, tables);
      const migrated = await applyMissingMigrations(sql, folder);
      await keepLogins();
      await bringUp(sql, migrated, { folder });
      await check(sql);
      return disableWebhooks(sql);
    });
    await transaction(ensurePartitions);
    // Plans are made by what is known of the rows, and nobody has looked yet.
    await transaction((sql) => sql`analyze ${sql(OUR_TABLES.map((name) => `public.${name}`))}`);
    return { disabledWebhooks };
  });
}

/**
 * How the environments are kept apart, for a process that changes nothing: a function of a serverless hosting.
 * @throws DatabaseVersionError; the driver's error when the server takes no connections for now
 */
export async function findIsolation(url: string, pooling: Pooling): Promise<Isolation> {
  const found = await findPrepared(url, pooling);
  if (!found) throw new DatabaseVersionError(OLDER_DATABASE);
  return found.kind === "logins" ? tryLogins(url, pooling, found.logins) : found;
}

/**
 * What a start of this version has prepared, for a process that works beside servers and is gone in a moment: one question
 * in the place of all that {@link migrateDatabase} goes through. It tries no login.
 * @returns null where there is something to prepare
 * @throws DatabaseVersionError where a newer version has; the driver's error
 */
export function findPrepared(url: string, pooling: Pooling): Promise<Isolation | null> {
  return withOwner(
    url,
    pooling,
    (transaction) =>
      transaction(async (sql) => {
        const difference = await compareMigrations(sql);
        if (difference > 0) throw new DatabaseVersionError(NEWER_DATABASE);
        if (difference < 0) return null;
        const logins = await readLogins(sql);
        return logins ? { kind: "logins", logins } : { kind: "shared", reason: "There are no logins yet" };
      }),
    ASKS_NO_LISTS,
  );
}

/**
 * Whether Keyward's tables are in a database. Makes nothing.
 * @throws InvalidEnvError where the URL cannot be used; PostgresError
 */
export function holdsInstallation(url: string, pooling: Pooling): Promise<boolean> {
  return withOwner(
    url,
    pooling,
    (transaction) =>
      transaction(async (sql) => {
        const [row] = await sql`select to_regclass('api_keys') is not null as present`;
        return row?.present === true;
      }),
    ASKS_NO_LISTS,
  );
}

const NEWER_DATABASE =
  "A newer version of Keyward has prepared this database. Start that version, or restore the backup from before the upgrade: this one would read and write columns that are no longer what it takes them for.";

const OLDER_DATABASE =
  'The database lacks what this version of Keyward needs. Run "npm run cli -- database migrate" with the same DATABASE_URL.';

const SHARED_LOGIN =
  "The public API works with the owner's login to the database, held to its environment by settings. `npm run cli -- database roles` prints what an administrator of the database runs once for the better way, a login for each environment";

/** For the driver: it need not ask for the types of the server's lists, which takes longer than what is asked then. */
const ASKS_NO_LISTS = { fetch_types: false };

/**
 * The owner's login, for work at start: in transactions, which carry what a pooler drops, one at a time.
 * @param use gets also what runs beside such a transaction, on a connection of its own
 */
async function withOwner<Result>(
  url: string,
  pooling: Pooling,
  use: (transaction: RunTransaction, beside: postgres.Sql) => Promise<Result>,
  more: postgres.Options<Record<string, never>> = {},
): Promise<Result> {
  const client = openClient(
    parseConnectionUrl(url),
    { pooling, name: "keyward-start", max: 2, startup: NO_TIME_LIMITS },
    more,
  );
  try {
    const dropped = droppedSettings(pooling, NO_TIME_LIMITS);
    return await use((run) => inTransaction(client, dropped, run), client);
  } finally {
    await client.end({ timeout: 5 });
  }
}
