import type postgres from "postgres";
import { PERMISSIONS } from "@/contracts/permissions";
import { CHECKS, passedAuthentication } from "@/contracts/requests";
import { REFUSED_BY_PERMISSION } from "@/contracts/usage";

/** Calls of one kind, by the names of the log's columns. */
export interface CountedCalls {
  at: Date;
  environment: string;
  status: number;
  duration_ms: number;
  /** How many: their durations are added up, and `at` lies in their hour. */
  calls: number;
  key_id?: string | undefined;
  route?: string | undefined;
  permission?: string | undefined;
  code?: string | undefined;
  refused_by?: string | undefined;
  address?: string | undefined;
}

/** Where calls are counted from: rows of the log, by their batches and the instants they lie between; or what has no row. */
export type CallSource =
  | { batches: readonly Buffer[]; from: Date; to: Date }
  | { sent: readonly CountedCalls[] };

/** Checks that had found a good key when they refused. */
const KEY_WAS_GOOD = CHECKS.filter(passedAuthentication);

/**
 * Adds calls to all figures that are kept: by the hour, by permission, by network. In an order in which two processes
 * cannot lock each other out.
 * @param lastUses when keys had been used before, where that was not within the hour (`requestLogUncounted`)
 */
export async function countCalls(
  sql: postgres.TransactionSql,
  source: CallSource,
  lastUses: Readonly<Record<string, string | null>>,
): Promise<void> {
  // Of the rows of the last seconds Postgres thinks that there are few, and would rather sort them than group them in a hash
  // table, which costs several times as much.
  await sql`set local enable_sort = off`;
  // Grouped once, by all that any of the figures tells apart: rows are many, groups are few.
  await sql`
    with calls as (
      select coalesce(key_id, '') as key_id, date_bin('1 hour', at, timestamptz '2000-01-01 00:00:00Z') as hour, environment,
        coalesce(route, '') as route,
        -- Of the gate anybody can ask for any name: one that the catalogue has not, and that let no call pass, is no group.
        case when permission = any (${arrayOf(PERMISSIONS)}::text::text[])
            or key_id is not null and coalesce(code, '') <> all (${arrayOf(REFUSED_BY_PERMISSION)}::text::text[])
          then coalesce(permission, '') else '' end as permission,
        (status / 100)::smallint as status_class,
        coalesce(code, '') as code, refused_by, address, sum(calls)::bigint as calls, sum(duration_ms) as duration_ms,
        min(at) as first_at, max(at) as last_at
      from (${rowsOf(sql, source)}) as sources
      group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    ), by_hour as (
      insert into usage_hourly as present (key_id, hour, environment, route, permission, status_class, code, calls, duration_ms)
      select key_id, hour, environment, route, permission, status_class, code, sum(calls), sum(duration_ms)
      from calls group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7
      on conflict (key_id, hour, environment, route, permission, status_class, code) do update
      set calls = present.calls + excluded.calls, duration_ms = present.duration_ms + excluded.duration_ms
    ), exercised as (
      insert into usage_permissions as present (key_id, permission, last_at)
      select key_id, permission, max(last_at) from calls
      where key_id <> '' and permission <> '' and code <> all (${arrayOf(REFUSED_BY_PERMISSION)}::text::text[])
        -- To the minute: looking costs a tenth of writing, and a busy key would be written each time.
        and not exists (
          select from usage_permissions as known
          where known.key_id = calls.key_id and known.permission = calls.permission
            and known.last_at > calls.last_at - interval '1 minute'
        )
      group by 1, 2 order by 1, 2
      on conflict (key_id, permission) do update set last_at = greatest(present.last_at, excluded.last_at)
    )
    insert into key_networks as present (key_id, network, first_seen_at, last_seen_at, used_before_at, calls)
    select key_id, network(set_masklen(address::inet, case family(address::inet) when 4 then 24 else 48 end)),
      min(first_at), max(last_at),
      -- A key in use needs no look at when: what is asked is whether it had been quiet for weeks.
      min(case when known.uses ? key_id then (known.uses ->> key_id)::timestamptz else first_at end), sum(calls)
    from calls cross join (select ${JSON.stringify(lastUses)}::text::jsonb as uses) as known
    where key_id <> '' and address is not null
      and (refused_by is null or refused_by = any (${arrayOf(KEY_WAS_GOOD)}::text::text[]))
    group by 1, 2 order by 1, 2
    on conflict (key_id, network) do update
    set last_seen_at = greatest(present.last_seen_at, excluded.last_seen_at), calls = present.calls + excluded.calls`;
}

function rowsOf(sql: postgres.TransactionSql, source: CallSource): postgres.Fragment {
  if ("sent" in source)
    return sql`
      select * from json_to_recordset(${JSON.stringify(source.sent)}::text::json) as sent (
        at timestamptz, key_id text, environment text, route text, permission text, status smallint, code text,
        refused_by text, address text, duration_ms float8, calls bigint
      )`;
  return sql`
    select at, key_id, environment, route, permission, status, code, refused_by, address,
      duration_ms::float8 as duration_ms, 1 as calls
    from requests
      join unnest(${arrayOf(source.batches.map(hexOf))}::text::bytea[]) as counted (batch)
        on substring(uuid_send(row_id) from 9) = counted.batch
    where at >= ${source.from.toISOString()}::timestamptz and at <= ${source.to.toISOString()}::timestamptz`;
}

/** In Postgres' own notation: a client that has not fetched the server's types sends arrays without their braces. */
const arrayOf = (items: readonly string[]) => `{${items.join(",")}}`;
const hexOf = (bytes: Buffer) => `"\\\\x${bytes.toString("hex")}"`;
