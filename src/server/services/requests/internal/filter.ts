import { and, arrayContains, eq, gte, ilike, inArray, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { MINUTE_MS } from "@/contracts/durations";
import { ENVIRONMENTS } from "@/contracts/environments";
import { PROBLEMS } from "@/contracts/problems";
import { NO_KEY, REQUEST_PERIODS } from "@/contracts/request-queries";
import { REQUEST_LEVELS, type RequestLevel, WARNING_SHARE } from "@/contracts/requests";
import type { RequestFilter } from "@/contracts/schemas/request-queries";
import { canonicalAddress } from "@/server/core/addresses";
import { hasRequestId, ofKey, PATH } from "@/server/database/request-columns";
import { requests } from "@/server/database/schema";
import { containsPattern } from "@/server/database/search";
import type { ServiceContext } from "../../context";
import { withinReach } from "../../reach";

/** A span of time; null is open. */
export interface Span {
  from: Date | null;
  to: Date | null;
}

/** The time that a filter asks for, seen from `now`. */
export function spanOf({ period, from, to, requestId }: RequestFilter, now: Date): Span {
  if (requestId !== null) return { from: null, to: null };
  if (from !== null || to !== null)
    return { from: from ? new Date(from) : null, to: to ? new Date(to) : null };
  return { from: new Date(now.getTime() - REQUEST_PERIODS[period].minutes * MINUTE_MS), to: null };
}

/** The filter as conditions on the log, the time included: bounds on `at` leave other days' tables untouched. */
export function conditionsOf(
  ctx: Pick<ServiceContext, "principal">,
  filter: RequestFilter,
  span: Span,
): SQL | undefined {
  const { environment, methods, route, keyId, customerId, address, requestId, search } = filter;
  const calls =
    keyId === null || keyId === NO_KEY
      ? and(
          span.from ? gte(requests.at, span.from) : undefined,
          span.to ? lt(requests.at, span.to) : undefined,
          keyId === NO_KEY ? isNull(requests.keyId) : undefined,
        )
      : ofKey(keyId, span);
  return and(
    calls,
    requestId ? hasRequestId(requestId) : undefined,
    withinReach(ctx, requests.environment, environment),
    ...statusConditions(filter),
    methods.length > 0 ? inArray(requests.method, methods) : undefined,
    route ? eq(requests.route, route) : undefined,
    customerId ? arrayContains(requests.customers, [customerId]) : undefined,
    address ? eq(requests.address, canonicalAddress(address) ?? address) : undefined,
    search ? containsText(search) : undefined,
  );
}

function containsText(text: string): SQL | undefined {
  const pattern = containsPattern(text);
  const others = [requests.query, requests.detail].map((column) => ilike(column, pattern));
  return or(pathContains(text, pattern), ...others);
}

/** Putting a path together for each of millions of rows takes longer than looking through it: only for what can cross its parts. */
function pathContains(text: string, pattern: string): SQL | undefined {
  const isOfBase = ENVIRONMENTS.some((name) => `/api/v1/${name}`.includes(text.toLowerCase()));
  if (text.includes("/") || isOfBase) return ilike(PATH, pattern);
  const ofRoute = and(eq(requests.path, ""), ilike(requests.route, `% ${pattern}`));
  return or(ilike(requests.path, pattern), ofRoute);
}

/**
 * Level, class and code all say something about the status, and that is what the indexes hold: so each is put in bounds
 * on the status first. Written as numbers, not as parameters, for the partial index of failures to be seen to apply;
 * all of them come from closed lists.
 */
function statusConditions({ levels, statuses, codes }: RequestFilter): (SQL | undefined)[] {
  const classes = statuses.map((name) => Number(name[0]));
  return [
    levels.length > 0 && levels.length < REQUEST_LEVELS.length ? anyLevel(levels) : undefined,
    classes.length > 0
      ? statusWithin(Math.min(...classes) * 100, Math.max(...classes) * 100 + 99)
      : undefined,
    classes.length > 1 ? sql`status / 100 in (${sql.raw(classes.join(", "))})` : undefined,
    ...(codes.length > 0 ? anyCode(codes) : []),
  ];
}

function anyCode(codes: RequestFilter["codes"]): SQL[] {
  const statuses = codes.map((code) => PROBLEMS[code].status);
  return [statusWithin(Math.min(...statuses), Math.max(...statuses)), inArray(requests.code, codes)];
}

function statusWithin(lowest: number, highest: number): SQL {
  return sql`status >= ${sql.raw(String(lowest))} and status <= ${sql.raw(String(highest))}`;
}

/** The same conditions as contracts/requests.ts requestLevel, in SQL. */
function anyLevel(levels: readonly RequestLevel[]): SQL {
  const share = sql.raw(String(WARNING_SHARE));
  const conditions: Record<RequestLevel, SQL> = {
    error: sql`status >= 400`,
    warning: sql`(status < 400 and limit_share >= ${share})`,
    info: sql`(status < 400 and coalesce(limit_share, 0) < ${share})`,
  };
  return sql`(${sql.join(
    levels.map((level) => conditions[level]),
    sql` or `,
  )})`;
}
