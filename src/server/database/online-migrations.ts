import type { MigrationMeta } from "drizzle-orm/migrator";
import type postgres from "postgres";

/** The first line of a migration whose work takes long, and which takes no lock that calls wait for. */
const MARK = /^\s*-- online\b/;
const CONCURRENT_INDEX = /\bINDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(\w+)"?/i;
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
export async function runOnline(sql: postgres.Sql, { sql: statements }: MigrationMeta): Promise<void> {
  for (const statement of statements) {
    const [, index] = CONCURRENT_INDEX.exec(statement) ?? [];
    if (index) await dropInvalid(sql, index);
    await untilDone(sql, statement);
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
