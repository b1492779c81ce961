import type postgres from "postgres";
import type { RequestRow, Rows } from "./rows";

/** Whose batch it is, and its number among those of its writer, which writes them in that order. */
export interface BatchName {
  writer: string;
  number: number;
}

/**
 * Writes a batch whole or not at all: the log, and all that is kept of it when its days are dropped, in one statement. A batch
 * that is there already changes nothing, so that one whose fate is unknown (the connection broke while it was being
 * committed) can be sent a second time.
 *
 * The log travels column by column, which Postgres takes apart in half the time that it needs for a list of objects.
 */
export async function writeRows(
  sql: postgres.ISql,
  { writer, number }: BatchName,
  { requests, usage, permissions, networks, exposures }: Rows,
): Promise<void> {
  const all = (column: keyof RequestRow) => JSON.stringify(requests.map((row) => row[column] ?? null));
  await sql`
    with is_new as (
      insert into request_log_writers as present (writer, last_batch, at) values (${writer}, ${number}, now())
      on conflict (writer) do update set last_batch = excluded.last_batch, at = excluded.at
      where present.last_batch < excluded.last_batch
      returning 1
    ), logged as (
      insert into requests (
        at, row_id, request_id, environment, method, route, path, query, status, code, refused_by, permission,
        detail, limits, limit_share, duration_ms, key_id, used_secret, customers, address, agent, request_bytes,
        response_bytes, request_headers, request_body, response_body, stands_for
      )
      select
        at::timestamptz, row_id::uuid, request_id, environment, method, route, path, query, status::smallint,
        code, refused_by, permission, detail, limits::jsonb, limit_share::smallint, duration_ms::real, key_id, used_secret,
        customers::text[], address, agent, request_bytes::integer, response_bytes::integer,
        request_headers::jsonb, request_body, response_body, stands_for::smallint
      from rows from (
        json_array_elements_text(${all("at")}::text::json),
        json_array_elements_text(${all("row_id")}::text::json),
        json_array_elements_text(${all("request_id")}::text::json),
        json_array_elements_text(${all("environment")}::text::json),
        json_array_elements_text(${all("method")}::text::json),
        json_array_elements_text(${all("route")}::text::json),
        json_array_elements_text(${all("path")}::text::json),
        json_array_elements_text(${all("query")}::text::json),
        json_array_elements_text(${all("status")}::text::json),
        json_array_elements_text(${all("code")}::text::json),
        json_array_elements_text(${all("refused_by")}::text::json),
        json_array_elements_text(${all("permission")}::text::json),
        json_array_elements_text(${all("detail")}::text::json),
        json_array_elements_text(${all("limits")}::text::json),
        json_array_elements_text(${all("limit_share")}::text::json),
        json_array_elements_text(${all("duration_ms")}::text::json),
        json_array_elements_text(${all("key_id")}::text::json),
        json_array_elements_text(${all("used_secret")}::text::json),
        json_array_elements_text(${all("customers")}::text::json),
        json_array_elements_text(${all("address")}::text::json),
        json_array_elements_text(${all("agent")}::text::json),
        json_array_elements_text(${all("request_bytes")}::text::json),
        json_array_elements_text(${all("response_bytes")}::text::json),
        json_array_elements_text(${all("request_headers")}::text::json),
        json_array_elements_text(${all("request_body")}::text::json),
        json_array_elements_text(${all("response_body")}::text::json),
        json_array_elements_text(${all("stands_for")}::text::json)
      ) as sent (
        at, row_id, request_id, environment, method, route, path, query, status, code, refused_by, permission,
        detail, limits, limit_share, duration_ms, key_id, used_secret, customers, address, agent, request_bytes,
        response_bytes, request_headers, request_body, response_body, stands_for
      ), is_new
    ), counted as (
      insert into usage_hourly as present (key_id, hour, environment, route, permission, status_class, code, calls, duration_ms)
      select sent.* from json_to_recordset(${JSON.stringify(usage)}::text::json) as sent (
        key_id text, hour timestamptz, environment text, route text, permission text, status_class smallint, code text,
        calls bigint, "durationMs" float8
      ), is_new
      on conflict (key_id, hour, environment, route, permission, status_class, code) do update
      set calls = present.calls + excluded.calls, duration_ms = present.duration_ms + excluded.duration_ms
    ), exercised as (
      insert into usage_permissions as present (key_id, permission, last_at)
      select sent.* from json_to_recordset(${JSON.stringify(permissions)}::text::json) as sent (
        key_id text, permission text, "lastAt" timestamptz
      ), is_new
      -- To the minute: looking costs a tenth of writing, and a busy key would be written with every flush.
      where not exists (
        select from usage_permissions as known
        where known.key_id = sent.key_id and known.permission = sent.permission
          and known.last_at > sent."lastAt" - interval '1 minute'
      )
      on conflict (key_id, permission) do update set last_at = greatest(present.last_at, excluded.last_at)
    ), seen_from as (
      insert into key_networks as present (key_id, network, first_seen_at, last_seen_at, used_before_at, calls)
      select sent.* from json_to_recordset(${JSON.stringify(networks)}::text::json) as sent (
        key_id text, network cidr, "firstAt" timestamptz, "lastAt" timestamptz, "usedBefore" timestamptz, calls bigint
      ), is_new
      on conflict (key_id, network) do update
      set last_seen_at = greatest(present.last_seen_at, excluded.last_seen_at), calls = present.calls + excluded.calls
    )
    insert into key_exposures as present (key_id, place, first_seen_at, last_seen_at, last_request_id, calls)
    select sent.* from json_to_recordset(${JSON.stringify(exposures)}::text::json) as sent (
      key_id text, place text, "firstAt" timestamptz, "lastAt" timestamptz, "requestId" text, calls bigint
    ), is_new
    on conflict (key_id, place) do update
    set last_seen_at = greatest(present.last_seen_at, excluded.last_seen_at),
      last_request_id = excluded.last_request_id, calls = present.calls + excluded.calls`;
}
