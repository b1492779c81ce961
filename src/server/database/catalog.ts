import { getTableName, is } from "drizzle-orm";
import { isPgSequence, PgTable } from "drizzle-orm/pg-core";
import type postgres from "postgres";
import * as schema from "./schema";

/** Keyward's tables, all in `public`. A database may be shared, and what others keep there is none of our business. */
export const OUR_TABLES: string[] = Object.values(schema)
  .filter((value) => is(value, PgTable))
  .map((table) => getTableName(table));

/** Keyward's sequences that belong to no column, all in `public`. */
export const OUR_SEQUENCES: string[] = Object.values(schema)
  .filter((value) => isPgSequence(value))
  .flatMap(({ seqName }) => seqName ?? []);

/** Keyward's functions, all in `public`: those of the migrations, and those of isolation.sql. */
export const OUR_FUNCTIONS: readonly string[] = [
  "admins_end_sessions()",
  "api_customers()",
  "api_environment()",
  "api_keys_forget_revoking_key()",
  "api_keys_keep_environment()",
  "audit_event_hash(public.audit_events)",
  "audit_events_append()",
  "audit_events_refuse_change()",
  "audit_netstring(text)",
  "customer_with_email(text)",
  "ensure_request_partitions(date,integer)",
  "ensure_telemetry_partitions(date,integer)",
  "fold(text)",
  "joined(text[])",
  "note_key_change()",
  "publish_webhooks(jsonb,timestamp with time zone)",
  "search_candidates(text,text)",
  "usage_totals_add()",
];

const inPublic = (names: readonly string[]) => names.map((name) => `public.${name}`);

/**
 * Tells the rest of the transaction which tables and functions are ours, in the settings that isolation.sql reads. Of the
 * tables those that are there: a backup of an older version is loaded into that version's, before it is brought up.
 * Of the functions isolation.sql makes three, and then looks which are there.
 */
export async function tellCatalog(sql: postgres.TransactionSql): Promise<void> {
  await sql`
    select set_config('keyward.tables', (
             select array_agg(name)::text from unnest(${inPublic(OUR_TABLES)}::text[]) as name
             where to_regclass(name) is not null), true),
           set_config('keyward.functions', ${inPublic(OUR_FUNCTIONS)}::text[]::text, true)`;
}

/**
 * A fingerprint of all rights to what is ours, of its policies and its functions, and of the triggers that note what changes
 * of keys. Partitions come and go by the day, and have neither rights nor policies.
 */
export async function describeCatalog(sql: postgres.TransactionSql): Promise<string> {
  const [row] = await sql<{ hash: string }[]>`
    with ours as (
      select to_regclass(name) as id from unnest(${inPublic(OUR_TABLES)}::text[]) as name
    ), parts as (
      select inhrelid as id from pg_inherits where inhparent in (select id from ours)
    )
    select md5(string_agg(line, E'\n' order by line collate "C")) as hash from (
      select concat_ws('|', polrelid::regclass, polname, polpermissive, polroles::regrole[], polcmd,
          pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) as line
        from pg_policy where polrelid in (select id from ours union all select id from parts)
      union all
      select concat_ws('|', relname, relrowsecurity, relacl) from pg_class where oid in (select id from ours)
      union all
      select concat_ws('|', attrelid::regclass, attname, attacl)
        from pg_attribute where attrelid in (select id from ours) and attacl is not null
      union all
      select concat_ws('|', pg_get_triggerdef(oid), tgenabled)
        from pg_trigger where tgfoid = to_regprocedure('public.note_key_change()')
      union all
      select concat_ws('|', name, pg_get_functiondef(to_regprocedure(name)), proacl)
        from unnest(${inPublic(OUR_FUNCTIONS)}::text[]) as name left join pg_proc on pg_proc.oid = to_regprocedure(name)
    ) as state`;
  return row?.hash ?? "";
}
