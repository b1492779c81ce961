import type postgres from "postgres";
import { OUR_FUNCTIONS, OUR_SEQUENCES, OUR_TABLES } from "../catalog";
import { applyMissingMigrations } from "../migrations";
import { RestoreRefusedError } from "./errors";

/** What a first start puts there. */
const MADE_BY_A_START = ["settings", "api_logins", "request_log_writers"];

/** How the pools of a server call themselves. */
const SERVER = "keyward";

/**
 * @throws RestoreRefusedError where a server is connected: it would go on with what is gone, and write into what comes
 */
export async function refuseIfServed(sql: postgres.TransactionSql): Promise<void> {
  const [session] = await sql`
    select from pg_stat_activity where datname = current_database() and application_name = ${SERVER} limit 1`;
  if (session) {
    throw new RestoreRefusedError(
      "A Keyward is connected to this database. Stop every server and command first.",
    );
  }
}

/**
 * Makes an installation anew as of a migration: without rows, and without those tables that came later.
 * @returns the tables that there are then; and what puts the logins back, of which the server has the roles, once there is
 *   their table again
 * @throws RestoreRefusedError where there is a row that no first start has made
 */
export async function rebuildAsOf(
  sql: postgres.TransactionSql,
  folder: string,
  migration: number,
): Promise<{ tables: string[]; keepLogins(): Promise<void> }> {
  const logins = await removeEmptyInstallation(sql, folder);
  const before = await tablesOf(sql);
  await applyMissingMigrations(sql, folder, { upTo: migration });
  const after = await tablesOf(sql);
  return {
    tables: after.filter((name) => !before.includes(name)),
    async keepLogins() {
      if (logins.length > 0) await sql`insert into api_logins ${sql(logins)}`;
    },
  };
}

async function removeEmptyInstallation(
  sql: postgres.TransactionSql,
  folder: string,
): Promise<readonly postgres.Row[]> {
  const [journal] = await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as present`;
  if (!journal?.present) return [];
  // One of another version has tables and functions that are called otherwise.
  await applyMissingMigrations(sql, folder);
  const filled: string[] = [];
  for (const name of OUR_TABLES) {
    if (MADE_BY_A_START.includes(name)) continue;
    const [row] = await sql`select from public.${sql(name)} limit 1`;
    if (row) filled.push(name);
  }
  if (filled.length > 0) {
    throw new RestoreRefusedError(
      `This installation is not empty: there are rows in ${filled.join(", ")}. A backup goes into an empty one: set DATA_DIR to a directory that is not there yet, or DATABASE_URL to a new database.`,
    );
  }
  const logins = await sql`select * from api_logins`;
  // The functions first: some take a row of a table. The names are ours, of the catalog.
  for (const signature of OUR_FUNCTIONS)
    await sql.unsafe(`drop function if exists public.${signature} cascade`);
  await sql`drop table ${sql(OUR_TABLES.map((name) => `public.${name}`))} cascade`;
  for (const name of OUR_SEQUENCES) await sql`drop sequence if exists public.${sql(name)}`;
  await sql`drop table drizzle.__drizzle_migrations`;
  return [...logins];
}

async function tablesOf(sql: postgres.TransactionSql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`;
  return rows.map(({ name }) => name);
}
