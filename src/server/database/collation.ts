import type postgres from "postgres";
import { InvalidEnvError } from "@/env";
import { OUR_TABLES } from "./catalog";
import { takeTables } from "./migration-locks";

/**
 * @throws InvalidEnvError where the database cannot hold every text: another encoding refuses letters, and SQL_ASCII takes
 * bytes that are none
 */
export async function requireUtf8(sql: postgres.TransactionSql): Promise<void> {
  const [row] = await sql<{ encoding: string }[]>`select getdatabaseencoding() as encoding`;
  if (row?.encoding === "UTF8") return;
  throw new InvalidEnvError(
    `Settings to correct:\n  DATABASE_URL: names a database encoded in ${row?.encoding}; Keyward needs UTF8. A DBA makes one with: create database … encoding 'UTF8' template template0`,
  );
}

/**
 * Gives every text column of ours the collation "C", where it has another: the database's own, which decides in what order
 * ids are listed, what lower() makes of an I, and so whether an e-mail address is unique and can be signed in with. Part of
 * every migration, so that no query, and no later column, has to remember it. No table is rewritten; the indexes of the
 * columns are built anew under an exclusive lock, once: about ten seconds for a million rows.
 *
 * Policies, and triggers that name columns, stand in the way of a column's change. The triggers are put back; without
 * policies the public API sees no row, until applyIsolation has written them anew.
 * @returns whether anything was changed
 */
export async function pinCollations(sql: postgres.TransactionSql): Promise<boolean> {
  const tables = await sql<{ name: string; changes: string }[]>`
    select c.oid::regclass::text as name,
      string_agg(format('alter column %I type %s collate "C"', attname, format_type(atttypid, null)), ', ') as changes
    from pg_class c join pg_attribute a on attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and relname = any(${OUR_TABLES})
      and attnum > 0 and not attisdropped and attcollation not in (0, '"C"'::regcollation)
    group by c.oid
    order by c.oid`;
  if (tables.length === 0) return false;
  await takeTables(sql);
  await dropPolicies(sql);
  for (const { name, changes } of tables) {
    const triggers = await sql<{ name: string; definition: string; always: boolean }[]>`
      select quote_ident(tgname) as name, pg_get_triggerdef(oid) as definition, tgenabled = 'A' as always
      from pg_trigger where tgrelid = ${name}::regclass and not tgisinternal and (tgattr <> '' or tgqual is not null)`;
    for (const trigger of triggers) await sql.unsafe(`drop trigger ${trigger.name} on ${name}`);
    await sql.unsafe(`alter table ${name} ${changes}`);
    for (const trigger of triggers) {
      await sql.unsafe(trigger.definition);
      if (trigger.always) await sql.unsafe(`alter table ${name} enable always trigger ${trigger.name}`);
    }
    // What was known about the columns' values went with their old collation, and plans are made by it.
    await sql.unsafe(`analyze ${name}`);
  }
  return true;
}

/** All of them: one of another table may read the column that changes. */
async function dropPolicies(sql: postgres.TransactionSql): Promise<void> {
  const policies = await sql<{ statement: string }[]>`
    select format('drop policy %I on public.%I', policyname, tablename) as statement
    from pg_policies where schemaname = 'public' and tablename = any(${OUR_TABLES})`;
  for (const { statement } of policies) await sql.unsafe(statement);
}
