import type postgres from "postgres";
import { copyIn } from "../copy";
import { isDataError } from "../errors";
import { BackupError } from "./errors";
import { NOT_SAVED, type Outline, type SavedTable } from "./snapshot";

/** Makes the partition of a day, by table: those that may have any. */
const MAKES_DAYS: Record<string, (sql: postgres.ISql, day: string) => Promise<unknown>> = {
  requests: (sql, day) => sql`select ensure_request_partitions(${day}::date, 1)`,
  telemetry_events: (sql, day) => sql`select ensure_telemetry_partitions(${day}::date, 1)`,
};

/** A trigger that was made by a migration, and how it was enabled (pg_trigger.tgenabled). */
interface Trigger {
  table: string;
  name: string;
  enabled: string;
}

const ENABLED: Record<string, string> = { O: "enable", A: "enable always", R: "enable replica" };

/**
 * Fills tables with the rows of a backup, as they are: without the triggers that would chain the audit anew or count calls
 * twice. Foreign keys and checks hold all the same.
 * @param tables those that the migrations have just made: there are no others to write to, whatever the backup names
 * @param rowsOf read in the order of the outline
 * @returns how many rows each table took
 * @throws BackupError, PostgresError; what reading the rows throws
 */
export async function loadRows(
  sql: postgres.TransactionSql,
  outline: Outline,
  tables: readonly string[],
  rowsOf: (table: SavedTable) => AsyncIterable<Buffer>,
): Promise<Record<string, number>> {
  const columns = await columnsOf(sql, tables);
  for (const table of outline.tables) {
    const there = NOT_SAVED.includes(table.name) ? undefined : columns.get(table.name);
    if (!there) throw new BackupError(`The backup has a table that Keyward has not: ${table.name}`);
    if (!isSameSet(there, table.columns)) {
      throw new BackupError(`The backup's table ${table.name} has other columns than Keyward's`);
    }
  }
  const triggers = await triggersOf(sql, tables);
  for (const { table, name } of triggers) await sql`alter table ${sql(table)} disable trigger ${sql(name)}`;
  // What migrations put there comes with the rows.
  await sql`truncate ${sql(tables)}`;
  const counts: Record<string, number> = {};
  for (const table of outline.tables) {
    for (const day of table.days ?? []) await MAKES_DAYS[table.name]?.(sql, day);
    counts[table.name] = await copyRows(sql, table, rowsOf(table));
  }
  for (const { name, value, called } of outline.sequences) {
    const [there] = await sql`
      select from pg_class where relname = ${name} and relkind = 'S' and relnamespace = 'public'::regnamespace`;
    if (!there) throw new BackupError(`The backup has a sequence that Keyward has not: ${name}`);
    await sql`select setval(format('public.%I', ${name}::text)::regclass, ${value}::bigint, ${called})`;
  }
  for (const { table, name, enabled } of triggers) {
    await sql`alter table ${sql(table)} ${sql.unsafe(ENABLED[enabled] ?? "disable")} trigger ${sql(name)}`;
  }
  return counts;
}

async function copyRows(
  sql: postgres.TransactionSql,
  table: SavedTable,
  rows: AsyncIterable<Buffer>,
): Promise<number> {
  try {
    return await copyIn(sql, table, rows);
  } catch (error) {
    if (isDataError(error))
      throw new BackupError(`The backup's table ${table.name} has a row that fits no such table`, {
        cause: error,
      });
    throw error;
  }
}

async function columnsOf(
  sql: postgres.TransactionSql,
  tables: readonly string[],
): Promise<Map<string, readonly string[]>> {
  const rows = await sql<{ name: string; columns: string[] }[]>`
    select relname as name, array_agg(attname::text) as columns
    from pg_class c join pg_attribute on attrelid = c.oid
    where relnamespace = 'public'::regnamespace and relname = any(${tables}) and relkind in ('r', 'p')
      and attnum > 0 and not attisdropped and attgenerated = ''
    group by relname`;
  return new Map(rows.map(({ name, columns }) => [name, columns]));
}

function triggersOf(sql: postgres.TransactionSql, tables: readonly string[]): Promise<Trigger[]> {
  return sql<Trigger[]>`
    select relname as table, tgname as name, tgenabled as enabled
    from pg_trigger join pg_class c on c.oid = tgrelid
    where relnamespace = 'public'::regnamespace and relname = any(${tables}) and not tgisinternal and tgparentid = 0`;
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && new Set([...some, ...others]).size === some.length;
}
