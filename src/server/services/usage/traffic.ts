import { sql } from "drizzle-orm";
import { MINUTE_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import { keyIdSchema } from "@/contracts/schemas/keys";
import type { Counted, KeyTraffic, Traffic } from "@/contracts/usage";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import type { Executor } from "@/server/database/connections";
import { LATEST_OF_KEY, ofKey } from "@/server/database/request-columns";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { requireReachableKey } from "../reach";

/** So many of the latest calls are looked at one by one, at most. */
const MOST_CALLS = 20_000;
/** Lines of a top list. */
const SHOWN = 5;

interface Jobs extends Record<string, unknown> {
  quarter: number;
  day: number;
  open: number;
}

/**
 * What a key did in the last 15 minutes and the last 24 hours: what cutting it off would cut. All calls that named the
 * key count, refused ones too, since somebody makes them.
 *
 * From the log, of which the latest 20,000 calls are looked at. Of a key with more of them in a day, calls and routes of
 * the day come from the figures by the hour instead.
 * @param options.mostCalls the bound, for tests
 */
export async function getKeyTraffic(
  ctx: ServiceContext,
  input: { id: Id<"key"> },
  { mostCalls = MOST_CALLS }: { mostCalls?: number } = {},
): Promise<KeyTraffic> {
  authorize(ctx, "keys:read");
  const { id } = parse(keyIdSchema, input);
  await requireReachableKey(ctx, id);
  const now = ctx.clock.now().getTime();
  const ago = (minutes: number) => new Date(now - minutes * MINUTE_MS).toISOString();
  const [quarter, day] = [ago(15), ago(24 * 60)];
  return withDatabase(ctx, async (db) => {
    const jobs = await countJobs(db, id, quarter, day);
    const last24Hours = await readTraffic(db, id, day, mostCalls);
    const last15Minutes = await readTraffic(db, id, quarter, mostCalls);
    const capped = last24Hours.seen >= mostCalls;
    return {
      last15Minutes: { ...last15Minutes.traffic, jobs: jobs.quarter },
      last24Hours: {
        ...last24Hours.traffic,
        ...(capped ? await readDayStats(db, id, day) : {}),
        jobs: jobs.day,
      },
      openJobs: jobs.open,
      cappedAt: capped ? mostCalls : null,
    };
  });
}

async function countJobs(db: Executor, id: Id<"key">, quarter: string, day: string): Promise<Jobs> {
  const [row] = await db.execute<Jobs>(sql`
    select count(*) filter (where created_at >= ${quarter}::timestamptz)::int as quarter,
      count(*) filter (where created_at >= ${day}::timestamptz)::int as day,
      count(*) filter (where status in ('queued', 'running'))::int as open
    from job_records
    where key_id = ${id} and (created_at >= ${day}::timestamptz or status in ('queued', 'running'))`);
  return row ?? { quarter: 0, day: 0, open: 0 };
}

interface Line extends Record<string, unknown> {
  what: "calls" | "route" | "address" | "customer";
  name: string;
  /** Of a customer. */
  email: string | null;
  calls: number;
}

async function readTraffic(
  db: Executor,
  id: Id<"key">,
  since: string,
  mostCalls: number,
): Promise<{ seen: number; traffic: Omit<Traffic, "jobs"> }> {
  const rows = await db.execute<Line>(sql`
    with latest as (
      select route, address, customers from requests
      where ${ofKey(id, { from: new Date(since), to: null })} order by ${LATEST_OF_KEY} limit ${mostCalls}
    )
    select 'calls' as what, '' as name, null as email, count(*)::int as calls from latest
    union all (select 'route', coalesce(route, ''), null, count(*)::int from latest group by 2 order by 4 desc, 2 limit ${SHOWN})
    union all (select 'address', address, null, count(*)::int from latest where address is not null group by 2 order by 4 desc, 2 limit ${SHOWN})
    union all (
      select 'customer', customer, max(email), count(*)::int
      from latest cross join unnest(latest.customers) as customer left join customers on customers.id = customer
      group by 2 order by 4 desc, 2 limit ${SHOWN}
    )`);
  const linesOf = (what: Line["what"]): Line[] => rows.filter((row) => row.what === what);
  const counted = (what: Line["what"]): Counted[] =>
    linesOf(what).map(({ name, calls }) => ({ name, calls }));
  const seen = linesOf("calls")[0]?.calls ?? 0;
  return {
    seen,
    traffic: {
      calls: seen,
      routes: counted("route"),
      addresses: counted("address"),
      customers: linesOf("customer").map(({ name, email, calls }) => ({
        id: name as Id<"cus">,
        name: email ?? name,
        calls,
      })),
    },
  };
}

async function readDayStats(
  db: Executor,
  id: Id<"key">,
  since: string,
): Promise<Pick<Traffic, "calls" | "routes">> {
  const rows = await db.execute<{ name: string; calls: number }>(sql`
    select route as name, sum(calls)::float8 as calls from usage_hourly
    where key_id = ${id} and hour >= date_trunc('hour', ${since}::timestamptz, 'UTC')
    group by 1 order by 2 desc, 1`);
  return {
    calls: rows.reduce((total, row) => total + row.calls, 0),
    routes: rows.slice(0, SHOWN).map(({ name, calls }) => ({ name, calls })),
  };
}
