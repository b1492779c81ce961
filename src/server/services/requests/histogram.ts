import { and, eq, gte, inArray, lt, lte, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import {
  NO_KEY,
  type RequestBucket,
  type RequestHistogram,
  type UncountedFilter,
} from "@/contracts/request-queries";
import {
  type RequestFilter,
  type RequestFilterInput,
  requestFilterSchema,
} from "@/contracts/schemas/request-queries";
import { authorize } from "@/server/core/authorize";
import { parse } from "@/server/core/validation";
import type { Executor } from "@/server/database/connections";
import { requests, usageHourly, usageTotals } from "@/server/database/schema";
import type { ServiceContext } from "../context";
import { withinReach } from "../reach";
import { conditionsOf, spanOf } from "./internal/filter";
import { withStatementTimeout } from "./internal/statement-timeout";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Up to this long a time is counted in the log itself, finer than by the hour and with every filter. */
const FINE_SECONDS = 6 * HOUR;
/** And up to this many calls in it, so that the work stays bounded however busy the installation is. */
const FINE_CALLS = 500_000;

/** Lengths of buckets, in seconds: the shortest that makes no more than so many is taken. */
const FINE_STEPS = { lengths: [15, MINUTE, 5 * MINUTE], most: 75 };
const ROUGH_STEPS = { lengths: [HOUR, 4 * HOUR, DAY, 7 * DAY, 30 * DAY], most: 200 };

/** A time of whole buckets, in milliseconds since 1970. */
interface Grid {
  seconds: number;
  from: number;
  to: number;
}

interface Count {
  at: number;
  class: number;
  calls: number;
}

/**
 * Calls by outcome over the time of a filter, for the chart above the log. Counted from the figures kept by the hour,
 * whose size has nothing to do with the number of calls; what those cannot tell apart is named and left aside. A short
 * time with few calls, where hours would be too rough, is counted in the log. The first and the last bucket are whole
 * ones, so they may begin before the filter's time and end after it.
 */
export async function countRequests(
  ctx: ServiceContext,
  input: RequestFilterInput,
): Promise<RequestHistogram> {
  authorize(ctx, "requests:read");
  const filter = parse(requestFilterSchema, input);
  const now = ctx.clock.now();
  const { from, to } = wholeSpan(filter, now);
  return withStatementTimeout(ctx, async (db) => {
    const short = to - from <= FINE_SECONDS * 1_000;
    const fine = short && (await callsIn(db, from, to)) <= FINE_CALLS;
    const grid = gridOf(from, to, fine ? FINE_STEPS : ROUGH_STEPS);
    const counts = fine ? await countLog(ctx, db, filter, grid) : await countUsage(ctx, db, filter, grid);
    return {
      seconds: grid.seconds,
      buckets: bucketsOf(grid, counts),
      uncounted: fine ? [] : uncountedFilters(filter),
    };
  });
}

/** Both ends in milliseconds: nothing is later than now, and where nothing says since when, it is the last 30 days. */
function wholeSpan(filter: RequestFilter, now: Date): { from: number; to: number } {
  const span = spanOf(filter, now);
  const to = Math.min(span.to?.getTime() ?? now.getTime(), now.getTime());
  return { from: span.from?.getTime() ?? to - 30 * DAY * 1_000, to };
}

function gridOf(from: number, to: number, { lengths, most }: typeof FINE_STEPS): Grid {
  const seconds = lengths.find((length) => to - from <= most * length * 1_000) ?? lengths.at(-1) ?? DAY;
  const step = seconds * 1_000;
  return { seconds, from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step };
}

function bucketsOf({ seconds, from, to }: Grid, counts: readonly Count[]): RequestBucket[] {
  const step = seconds * 1_000;
  const length = Math.max(0, (to - from) / step);
  const buckets = Array.from({ length }, (_, index) => ({
    at: new Date(from + index * step).toISOString(),
    succeeded: 0,
    refused: 0,
    failed: 0,
  }));
  for (const count of counts) {
    const bucket = buckets[(count.at - from) / step];
    const outcome = count.class >= 5 ? "failed" : count.class === 4 ? "refused" : "succeeded";
    if (bucket) bucket[outcome] += count.calls;
  }
  return buckets;
}

/** All calls of the hours that a time touches. */
async function callsIn(db: Executor, from: number, to: number): Promise<number> {
  const hour = HOUR * 1_000;
  const [row] = await db
    .select({ calls: sql<number>`coalesce(sum(calls), 0)::float8` })
    .from(usageTotals)
    .where(
      and(
        gte(usageTotals.hour, new Date(Math.floor(from / hour) * hour)),
        lt(usageTotals.hour, new Date(to)),
      ),
    );
  return row?.calls ?? 0;
}

/** Start of the bucket that an instant falls in, in milliseconds since 1970. */
function bucketOf(instant: SQL | AnyPgColumn, { seconds }: Grid) {
  const step = sql.raw(String(seconds));
  return sql<number>`(floor(extract(epoch from ${instant}) / ${step}) * ${step} * 1000)::float8`;
}

function countLog(ctx: ServiceContext, db: Executor, filter: RequestFilter, grid: Grid): Promise<Count[]> {
  const at = bucketOf(requests.at, grid);
  return db
    .select({
      at,
      class: sql<number>`status / 100`,
      calls: sql<number>`sum(coalesce(stands_for, 1))::float8`,
    })
    .from(requests)
    .where(conditionsOf(ctx, filter, { from: new Date(grid.from), to: new Date(grid.to) }))
    .groupBy(sql`1, 2`);
}

function countUsage(ctx: ServiceContext, db: Executor, filter: RequestFilter, grid: Grid): Promise<Count[]> {
  const { environment, keyId, route, codes } = filter;
  // Summed over keys and routes already, where neither is asked for: some rows an hour instead of thousands.
  const stats = keyId === null && route === null ? usageTotals : usageHourly;
  const at = bucketOf(stats.hour, grid);
  const classes = classesOf(filter);
  return db
    .select({ at, class: stats.statusClass, calls: sql<number>`sum(calls)::float8` })
    .from(stats)
    .where(
      and(
        gte(stats.hour, new Date(grid.from)),
        lt(stats.hour, new Date(grid.to)),
        withinReach(ctx, stats.environment, environment),
        keyId ? eq(usageHourly.keyId, keyId === NO_KEY ? "" : keyId) : undefined,
        route ? eq(usageHourly.route, route) : undefined,
        codes.length > 0 ? inArray(stats.code, codes) : undefined,
        classes.length > 0 ? inArray(stats.statusClass, classes) : undefined,
        failuresOnly(filter) ? gte(stats.statusClass, 4) : undefined,
        successesOnly(filter) ? lte(stats.statusClass, 3) : undefined,
      ),
    )
    .groupBy(sql`1, 2`);
}

const classesOf = ({ statuses }: RequestFilter) => statuses.map((name) => Number(name[0]));
const failuresOnly = ({ levels }: RequestFilter) => levels.length === 1 && levels[0] === "error";
const successesOnly = ({ levels }: RequestFilter) => levels.length === 2 && !levels.includes("error");

/** Whether the filter tells warnings from other calls that passed, which are counted together. */
function tellsWarnings(filter: RequestFilter): boolean {
  const { length } = filter.levels;
  return length > 0 && length < 3 && !failuresOnly(filter) && !successesOnly(filter);
}

function uncountedFilters(filter: RequestFilter): UncountedFilter[] {
  const set: Record<UncountedFilter, boolean> = {
    levels: tellsWarnings(filter),
    methods: filter.methods.length > 0,
    customerId: filter.customerId !== null,
    address: filter.address !== null,
    search: filter.search !== "",
    requestId: filter.requestId !== null,
  };
  return (Object.keys(set) as UncountedFilter[]).filter((name) => set[name]);
}
