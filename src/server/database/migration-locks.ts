import { setTimeout as pause } from "node:timers/promises";
import type postgres from "postgres";
import type { Logger } from "@/server/core/logger";
import { OUR_TABLES } from "./catalog";
import { errorCode } from "./errors";
import type { RunTransaction } from "./logins";

/**
 * Name of the lock under which one process of an installation prepares the database. Not that of the first releases:
 * they held theirs as long as a session lives, and behind a pooler one may be held for ever.
 */
export const START_LOCK = "start";

/** A wait that nobody explains looks like a start that hangs. In milliseconds, as all below. */
const EXPLAIN_WAIT_MS = 3_000;
const EXPLAIN_AGAIN_MS = 30_000;

/** Between two looks whether another process has finished. */
const LOOK_MS = 250;

/**
 * How long a migration waits for the tables, in turn. All calls wait behind it meanwhile, and theirs give up after a second
 * and a half (LOOK_UP_LIMITS). Below `deadlock_timeout` (1 s) it is the migration that gives way, and not a call that Postgres
 * picks; above it Postgres ends an autovacuum that is in the way, which it never does for who waits for less.
 */
const PATIENCE_MS = 400;
/** Seldom: a call that holds one table and waits for another may then be the one that Postgres picks. */
const LONG_PATIENCE_MS = 1_200;
const LONG_EVERY = 12;

/** Between two attempts: calls that waited have to get through, and not all processes come back at once. */
const PAUSE_MS = { least: 200, most: 1_000 } as const;

/**
 * What Postgres says to who gave way: a lock was not had in time (lock_not_available), nor all of them within the
 * statement's time (query_canceled), or a deadlock was ended.
 */
const GAVE_WAY = new Set(["55P03", "57014", "40P01"]);

/**
 * Waits until no other process prepares the database. Asks again and again, instead of waiting in a statement: that would
 * keep a snapshot, which an index that the other one makes CONCURRENTLY would wait for, and nobody would go on.
 */
export async function takeStartLock(sql: postgres.TransactionSql, logger: Logger | undefined): Promise<void> {
  const explain = setTimeout(
    () => logger?.warn("Waiting for another process that prepares the database"),
    EXPLAIN_WAIT_MS,
  );
  try {
    for (;;) {
      // Without parameters, which a statement leaves open with its snapshot until the next one (see forgetSnapshot).
      const [row] = await sql.unsafe(
        `select pg_try_advisory_xact_lock(hashtextextended('${START_LOCK}', 0)) as taken`,
      );
      if (row?.taken) return;
      await pause(LOOK_MS);
    }
  } finally {
    clearTimeout(explain);
  }
}

/**
 * Between the statements of a transaction there is no snapshot to wait for, but for that of the last statement where the
 * driver sent it in parts (the extended protocol): its portal stays open until the next one takes its place. A statement
 * without parameters is sent whole, and leaves nothing.
 */
export async function forgetSnapshot(sql: postgres.TransactionSql): Promise<void> {
  await sql.unsafe("select");
}

/**
 * Locks all tables of ours that are there, before anything of them is changed: one after the other, as the changes would, it
 * could have half of them, and calls wait, while it waits for the rest. All within the patience of `givingWay`.
 */
export async function takeTables(sql: postgres.TransactionSql): Promise<void> {
  const rows = await sql<{ name: string; patience: string }[]>`
    select format('only public.%I', relname) as name, current_setting('lock_timeout') as patience from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname = any(${OUR_TABLES})
    order by relname`;
  const [first] = rows;
  if (!first) return;
  await sql`select set_config('statement_timeout', ${first.patience}, true)`;
  await sql.unsafe(`lock table ${rows.map(({ name }) => name).join(", ")} in access exclusive mode`);
  await sql`set local statement_timeout = 0`;
}

/**
 * Runs a transaction that changes tables, beside processes that serve: it never waits for a lock longer than calls can wait
 * behind it, and tries again until it has all that it needs. Only a session that keeps a transaction open (a backup, a
 * report, somebody's psql) can hold it up for long, and the log names it.
 */
export async function givingWay<Result>(
  transaction: RunTransaction,
  logger: Logger | undefined,
  run: (sql: postgres.TransactionSql) => Promise<Result>,
): Promise<Result> {
  let explainAt = performance.now() + EXPLAIN_WAIT_MS;
  for (let attempt = 0; ; attempt++) {
    const patience = attempt % LONG_EVERY === LONG_EVERY - 1 ? LONG_PATIENCE_MS : PATIENCE_MS;
    try {
      return await transaction(async (sql) => {
        await sql`select set_config('lock_timeout', ${String(patience)}, true)`;
        return run(sql);
      });
    } catch (error) {
      if (!GAVE_WAY.has(errorCode(error) ?? "")) throw error;
    }
    if (performance.now() >= explainAt) {
      explainAt = performance.now() + EXPLAIN_AGAIN_MS;
      logger?.warn({ inTheWay: await transaction(oldestTransactions) }, IN_THE_WAY);
    }
    await pause(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least));
  }
}

const IN_THE_WAY =
  "The database has to be changed for this version, and transactions that are open hold the tables. Calls go on; this start waits for those to end, and to hurry it, end them (pg_terminate_backend)";

/** Who has been in a transaction for longest, without what they ask: that may quote rows. */
async function oldestTransactions(sql: postgres.TransactionSql) {
  const rows = await sql<{ pid: number; application: string; seconds: number }[]>`
    select pid, application_name as application, extract(epoch from now() - xact_start)::int as seconds
    from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
      and xact_start < now() - interval '1 second'
    order by xact_start limit 3`;
  return [...rows];
}
