import type { MigrationMeta } from "drizzle-orm/migrator";
import type postgres from "postgres";
import type { Logger } from "@/server/core/logger";
import { errorCode } from "./errors";
import { givingWay } from "./migration-locks";
import { inTransaction } from "./session";

/** The first line of a migration whose work takes long, and which takes no lock that calls wait for. */
const MARK = /^\s*-- online\b/;
const CONCURRENT_INDEX = /\bINDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(\w+)"?(?:\s+ON\s+"?(\w+)"?)?/i;
const CONCURRENTLY = /\bCONCURRENTLY\b/gi;
const CHANGES_ROWS = /^(?:\s*--.*\n)*\s*(?:UPDATE|DELETE)\b/i;

/** Whether it is to run beside calls, outside of a transaction. */
export function isOnline({ sql: [first = ""] }: MigrationMeta): boolean {
  return MARK.test(first);
}

/**
 * Runs a migration that may take hours, statement by statement, each in a transaction of its own, while calls go on: indexes
 * CONCURRENTLY, constraints that are validated, and rows in batches, which is an UPDATE or DELETE of some (LIMIT) that is
 * repeated until it finds none. Nothing is undone when it breaks off; it is run again from its first statement then.
 * @param sql a connection that is in no transaction
 */
export async function runOnline(
  sql: postgres.Sql,
  { sql: statements }: MigrationMeta,
  logger?: Logger,
): Promise<void> {
  for (const statement of statements) {
    const [, index, table] = CONCURRENT_INDEX.exec(statement) ?? [];
    if (index && table && (await isPartitioned(sql, table))) {
      await indexPartitions(sql, statement, { index, table }, logger);
      continue;
    }
    if (index) await dropInvalid(sql, index);
    await untilDone(sql, statement);
  }
}

async function isPartitioned(sql: postgres.Sql, table: string): Promise<boolean> {
  const [found] = await sql`
    select from pg_class where oid = to_regclass(${`public.${table}`}) and relkind = 'p'`;
  return found !== undefined;
}

/**
 * What Postgres has no statement for: an index of a partitioned table, made beside its writers. On the table alone it is made
 * at once, and partitions that are made from then on have it; those that are there get theirs one by one.
 */
async function indexPartitions(
  sql: postgres.Sql,
  statement: string,
  { index, table }: { index: string; table: string },
  logger: Logger | undefined,
): Promise<void> {
  const made = (of: string) => statement.replace(CONCURRENT_INDEX, of);
  // Writers wait behind whoever waits for a lock.
  const runGivingWay = (statement: string) =>
    givingWay(
      (run) => inTransaction(sql, {}, run),
      logger,
      (tx) => tx.unsafe(statement),
    );
  await runGivingWay(made(`INDEX IF NOT EXISTS "${index}" ON ONLY "${table}"`));
  for (;;) {
    const [left] = await sql<{ name: string }[]>`
      select relname as name from pg_inherits join pg_class on oid = inhrelid
      where inhparent = to_regclass(${`public.${table}`}) and not exists (
        select from pg_inherits as indexes join pg_index on indexrelid = indexes.inhrelid
        where indexes.inhparent = to_regclass(${`public.${index}`}) and indrelid = oid
      )
      order by relname limit 1`;
    if (!left) return;
    const own = `${left.name}_${index}`;
    try {
      await dropInvalid(sql, own);
      await sql.unsafe(made(`INDEX CONCURRENTLY IF NOT EXISTS "${own}" ON "${left.name}"`));
      await runGivingWay(`ALTER INDEX "${index}" ATTACH PARTITION "${own}"`);
    } catch (error) {
      // The day was dropped meanwhile.
      if (errorCode(error) !== "42P01") throw error;
    }
  }
}

/** The same inside of a transaction, where there is nobody to wait: in a new database or a restore. */
export async function runOffline(
  sql: postgres.TransactionSql,
  { sql: statements }: MigrationMeta,
): Promise<void> {
  for (const statement of statements) await untilDone(sql, statement.replace(CONCURRENTLY, ""));
}

async function untilDone(sql: postgres.ISql, statement: string): Promise<void> {
  for (;;) {
    const { count } = await sql.unsafe(statement);
    if (!CHANGES_ROWS.test(statement) || count === 0) return;
  }
}

/** What an attempt left that broke off. With IF NOT EXISTS it would pass for the index, and no query would use it. */
async function dropInvalid(sql: postgres.Sql, index: string): Promise<void> {
  const [left] = await sql`
    select from pg_index where indexrelid = to_regclass(${`public.${index}`}) and not indisvalid`;
  if (left) await sql`drop index concurrently ${sql(`public.${index}`)}`;
}
