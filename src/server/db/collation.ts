import type postgres from "postgres";
import { InvalidEnvError } from "@/env";
import { OUR_TABLES } from "./catalog";

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
 * Policies, and triggers that name columns, stand in the way of a column's change and are put back as they were.
 */
export async function pinCollations(sql: postgres.TransactionSql): Promise<void> {
  await sql.unsafe(`
    do $pin$
    declare
      restore text[] := '{}';
      altered record;
      obstacle record;
      statement text;
    begin
      for altered in
        select c.oid::regclass as name,
          string_agg(format('alter column %I type %s collate "C"', attname, format_type(atttypid, null)), ', ') as changes
        from pg_class c join pg_attribute a on attrelid = c.oid
        where c.relnamespace = 'public'::regnamespace and relname in (${OUR_TABLES.map(literal).join(", ")})
          and attnum > 0 and not attisdropped and attcollation not in (0, '"C"'::regcollation)
        group by c.oid
        order by c.oid
      loop
        -- Policies elsewhere may read this table too, so all of ours go.
        for obstacle in
          select policyname, tablename, permissive, cmd, qual, with_check,
            (select string_agg(case role when 'public' then 'public' else quote_ident(role) end, ', ') from unnest(roles) role) as held_by
          from pg_policies where schemaname = 'public' and tablename in (${OUR_TABLES.map(literal).join(", ")})
        loop
          restore := restore || (format('create policy %I on public.%I as %s for %s to %s', obstacle.policyname,
            obstacle.tablename, obstacle.permissive, obstacle.cmd, obstacle.held_by)
            || coalesce(' using (' || obstacle.qual || ')', '')
            || coalesce(' with check (' || obstacle.with_check || ')', ''));
          execute format('drop policy %I on public.%I', obstacle.policyname, obstacle.tablename);
        end loop;
        for obstacle in
          select tgname, pg_get_triggerdef(oid) as definition, tgenabled
          from pg_trigger where tgrelid = altered.name and not tgisinternal and (tgattr <> '' or tgqual is not null)
        loop
          restore := restore || obstacle.definition;
          if obstacle.tgenabled = 'A' then
            restore := restore || format('alter table %s enable always trigger %I', altered.name, obstacle.tgname);
          end if;
          execute format('drop trigger %I on %s', obstacle.tgname, altered.name);
        end loop;
        execute format('alter table %s %s', altered.name, altered.changes);
        -- What was known about the columns' values went with their old collation, and plans are made by it.
        restore := restore || format('analyze %s', altered.name);
      end loop;
      foreach statement in array restore loop
        execute statement;
      end loop;
    end $pin$`);
}

function literal(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
