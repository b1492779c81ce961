import { randomUUID } from "node:crypto";
import type postgres from "postgres";
import { DAY_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import type { ProblemCode } from "@/contracts/problems";
import { PROBLEMS } from "@/contracts/problems";
import { newId } from "@/server/core/ids";
import type { Database } from "@/server/database/connections";
import { pathOf, requestIdOf } from "@/server/database/request-columns";
import { requests } from "@/server/database/schema";
import type { Fixture } from "./fixture";

type NewRequest = typeof requests.$inferInsert & { requestId: Id<"req"> };

/** The rows of the log, with request ids and paths whole. */
export async function loggedCalls(sql: postgres.ISql): Promise<postgres.Row[]> {
  const rows = await sql`select * from requests order by at, row_id`;
  return rows.map((row) => ({ ...row, ...wholeOf(row) }));
}

/** Of a row: what it does not repeat. */
export function wholeOf({ at, request_id, path, environment, route }: postgres.Row) {
  return {
    request_id: requestIdOf({ at: new Date(at), requestId: request_id }),
    path: pathOf({ path, environment, route }),
  };
}

/**
 * Puts one call into the log, as the writer would: `GET /customers`, answered 200 at this instant, unless told otherwise.
 * A code brings its status along.
 */
export function addRequest(fixture: Fixture, deviations: Partial<NewRequest> = {}): Promise<NewRequest> {
  return addRequestTo(fixture.runtime.databases.owner, { at: fixture.clock.now(), ...deviations });
}

/** The same where there is no fixture. */
export async function addRequestTo(
  database: Database,
  { at, ...deviations }: Partial<NewRequest> & { at: Date },
): Promise<NewRequest> {
  const code = deviations.code as ProblemCode | undefined;
  const row: NewRequest = {
    at,
    rowId: randomUUID(),
    requestId: newId("req"),
    environment: "staging",
    method: "GET",
    route: "GET /customers",
    path: "/api/v1/staging/customers",
    status: code ? PROBLEMS[code].status : 200,
    durationMs: 1.5,
    address: "198.51.100.7",
    requestBytes: 0,
    responseBytes: 200,
    ...deviations,
  };
  await makeDays(database.$client, at, at);
  await database.insert(requests).values(row);
  return row;
}

async function makeDays(sql: postgres.Sql, first: Date, last: Date): Promise<void> {
  for (let day = startOfDay(first); day <= last.getTime(); day += DAY_MS) {
    await sql`select ensure_request_partitions(${new Date(day).toISOString().slice(0, 10)}::date, 1)`;
  }
}

const startOfDay = (instant: Date) => Math.floor(instant.getTime() / DAY_MS) * DAY_MS;

interface Fill {
  rows: number;
  /** Spread evenly over this time, oldest first. */
  from: Date;
  to: Date;
  /** Ids of keys, each of one environment and two routes; a few of them make most of the calls. */
  keys: readonly string[];
}

/**
 * Fills the log with calls of a platform in use, within Postgres itself: some 7 % are refused, one in 500 fails, some
 * come without a key. The same arguments give the same rows. Counts them into the figures by the hour as well.
 */
export async function fillLog(
  database: Pick<Database, "$client">,
  { rows, from, to, keys }: Fill,
): Promise<void> {
  const sql = database.$client;
  await makeDays(sql, from, to);
  const step = (to.getTime() - from.getTime()) / rows;
  await sql`
    insert into requests
    select
      at,
      (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3) || '8'
        || substr(hash, 4, 15))::uuid,
      case when n % 10 = 0 then 'req_0' || substr(hash, 7, 25) else substr(hash, 7, 16) end,
      environment,
      split_part(route, ' ', 1),
      route,
      case when route like '%{id}'
        then '/api/v1/' || environment || replace(split_part(route, ' ', 2), '{id}', 'cus_0' || substr(hash, 1, 25))
        else '' end,
      case when chance % 3 = 0 then 'limit=50' end,
      status,
      code,
      case code when 'rate_limited' then 'limit' when 'permission_denied' then 'permission'
        when 'key_invalid' then 'known' end,
      case when route like 'GET%' then 'customers:read' else 'customers:write' end,
      case when code is not null then 'What stood in the answer, number ' || n end,
      null,
      (chance % 100)::smallint,
      (chance % 400) / 100.0,
      case when code is distinct from 'key_invalid' then key_id end,
      case when chance % 4 = 0 then array['cus_0' || substr(md5((chance % 5000)::text), 1, 25)] end,
      '198.51.' || chance % 100 || '.' || chance % 250,
      'integration/4.2 (node 22)',
      (chance % 900)::int,
      (chance % 4000)::int,
      null, null, null, null, null, 'minute 60 20'
    from (
      select drawn.*, (${keys as string[]}::text[])[1 + place] as key_id,
        (array['production', 'staging', 'production', 'development', 'production'])[1 + place % 5] as environment,
        (array['GET /customers', 'GET /customers/{id}', 'POST /customers', 'GET /key'])[
          1 + (place + (chance / 7) % 2) % 4] as route,
        case when chance % 500 = 0 then 500 when chance % 40 = 1 then 429 when chance % 40 = 2 then 403
          when chance % 50 = 3 then 401 else 200 end as status,
        case when chance % 500 = 0 then 'internal' when chance % 40 = 1 then 'rate_limited'
          when chance % 40 = 2 then 'permission_denied' when chance % 50 = 3 then 'key_invalid' end as code
      from (
        select n, md5(n::text) as hash,
          ${from.toISOString()}::timestamptz + n * ${step}::float8 * interval '1 millisecond' as at,
          abs(hashint8extended(n, 0) % 1000000) as chance,
          floor(power(abs(hashint8extended(n, 1) % 1000000) / 1000000.0, 2) * ${keys.length})::int as place
        from generate_series(0, ${rows - 1}::bigint) as n
      ) drawn
    ) calls`;
  await countIntoHours(sql);
  // As autovacuum does within a minute: without statistics of a new day's table, plans are guesses.
  await sql`analyze requests, usage_hourly`;
}

/** What the writer's flush adds up as it goes. */
async function countIntoHours(sql: postgres.Sql): Promise<void> {
  await sql`
    insert into usage_hourly
    select date_trunc('hour', at, 'UTC'), coalesce(key_id, ''), environment, coalesce(route, ''),
      coalesce(permission, ''), status / 100, coalesce(code, ''), count(*), sum(duration_ms)
    from requests group by 1, 2, 3, 4, 5, 6, 7
    on conflict on constraint usage_hourly_pk do update set calls = excluded.calls, duration_ms = excluded.duration_ms`;
}
