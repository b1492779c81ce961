import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { ProblemCode } from "@/contracts/problems";
import { type Check, type LimitReading, passedAuthentication } from "@/contracts/requests";
import { REFUSED_BY_PERMISSION } from "@/contracts/usage";
import type { VerifiedKey } from "@/gateway/authenticate/verified-key";
import { addressNetwork } from "@/server/core/addresses";
import { newUuid } from "@/server/core/ids";
import type { LimitDecision } from "@/server/rate-limit";
import {
  redactAgent,
  redactBody,
  redactDetail,
  redactHeaders,
  redactPath,
  redactQuery,
  type SeenBody,
} from "./redact";
import { GroupedTotals, UsageTotals } from "./roll-up";

/** One call as the gateway saw it. Nothing is formatted or redacted yet: that is done off the path of the call. */
export interface LoggedCall {
  at: Date;
  requestId: Id<"req">;
  /** Of the endpoint. */
  environment: Environment;
  method: string;
  /** Absent where no route serves the path. */
  route: { name: string; permission: string | null } | undefined;
  path: string;
  /** As it came, without the question mark; empty where there is none. */
  query: string;
  /** Customer that the body names. */
  bodyCustomer: string | undefined;
  status: number;
  /** The answer's body where it is a problem document. */
  problem: string | undefined;
  /** What the checks found; absent where it was not asked, or could not tell. */
  auth: { refusedBy: Check | null; key: VerifiedKey | null; limits: LimitDecision | null } | undefined;
  durationMs: number;
  address: string | null;
  agent: string | null;
  requestBytes: number;
  responseBytes: number;
  /** What the settings ask to keep. */
  requestHeaders?: Readonly<Record<string, string | undefined>> | undefined;
  requestBody?: SeenBody | undefined;
  responseBody?: SeenBody | undefined;
  /** Of a sampled row: for how many calls of its network it stands, itself among them. */
  standsFor?: number | undefined;
}

/** A key that stood where it must not be. */
export interface Exposure {
  keyId: Id<"key">;
  at: Date;
  requestId: Id<"req">;
}

/** A batch in the form in which the statement takes it. */
export interface Rows {
  requests: RequestRow[];
  usage: object[];
  permissions: object[];
  networks: object[];
  exposures: object[];
}

/** Characters of path and of agent in a row that stands for many: who sends thousands of calls writes little with each. */
const MAX_SAMPLED_TEXT = 200;
const CUSTOMER_ID = /(?<![a-z0-9_])cus_[0-7][0-9a-hjkmnp-tv-z]{25}(?![0-9a-z])/g;

/**
 * Rows of the log, and all that is counted of them, in an order in which two processes cannot lock each other out.
 * @param counted what is to be counted besides: calls that have no row
 */
export function rowsOf(
  calls: readonly LoggedCall[],
  exposures: readonly Exposure[],
  counted: UsageTotals = new UsageTotals(),
): Rows {
  const usage = counted.copy();
  const permissions = new GroupedTotals<{ lastAt: Date }>();
  const networks = new GroupedTotals<{
    calls: number;
    firstAt: Date;
    lastAt: Date;
    usedBefore: Date | null;
  }>();
  const requests = calls.map((call) => {
    const row = requestRow(call);
    usage.add(call, row.code);
    notePermission(permissions, call, row);
    countNetwork(networks, call);
    return row;
  });
  return {
    requests,
    usage: usage.rows(),
    permissions: permissions.rows(),
    networks: networks.rows(),
    exposures: exposureRows(exposures),
  };
}

/** A row of the log; absent is null. */
export type RequestRow = ReturnType<typeof requestRow>;

function requestRow(call: LoggedCall) {
  const { auth, route, status } = call;
  const problem = problemOf(call);
  const readings = readingsOf(auth?.limits);
  const sampled = call.standsFor !== undefined;
  return {
    at: call.at,
    row_id: newUuid(call.at.getTime()),
    request_id: call.requestId,
    environment: call.environment,
    method: call.method.slice(0, 20),
    route: route?.name,
    path: redactPath(call.path, sampled ? MAX_SAMPLED_TEXT : undefined),
    query: call.query === "" || sampled ? undefined : redactQuery(call.query),
    status,
    code: problem?.code,
    refused_by: auth?.refusedBy ?? undefined,
    permission: route?.permission ?? undefined,
    detail: problem?.detail === undefined ? undefined : redactDetail(problem.detail),
    limits: readings,
    limit_share: readings && Math.max(0, ...readings.map(shareOf)),
    duration_ms: call.durationMs,
    key_id: auth?.key?.id,
    used_secret: auth?.key?.secret === "previous" ? auth.key.secret : undefined,
    customers: arrayLiteral(customersOf(call)),
    address: call.address ?? undefined,
    agent: call.agent ? redactAgent(call.agent, sampled ? MAX_SAMPLED_TEXT : undefined) : undefined,
    request_bytes: call.requestBytes,
    response_bytes: call.responseBytes,
    request_headers: call.requestHeaders && redactHeaders(Object.entries(call.requestHeaders)),
    request_body: call.requestBody && redactBody(call.requestBody),
    response_body: call.responseBody && redactBody(call.responseBody),
    stands_for: call.standsFor,
  };
}

/** Code and words of the answer. Also those of an answer that was stored under an Idempotency-Key and came again. */
export function problemOf({
  problem,
}: Pick<LoggedCall, "problem">): { code: ProblemCode; detail: string } | undefined {
  return problem === undefined ? undefined : JSON.parse(problem);
}

/** What is kept of the windows that a check looked at. */
export function readingsOf(limits: LimitDecision | null | undefined): LimitReading[] | undefined {
  return limits?.policies.map(({ name, limit, remaining }) => ({ name, limit, remaining }));
}

function shareOf({ limit, remaining }: LimitReading): number {
  return Math.floor(((limit - remaining) / limit) * 100);
}

/** Customers that the call names, in path, query or body; otherwise those that its key is scoped to. */
function customersOf({ path, query, bodyCustomer, auth }: LoggedCall): string[] | undefined {
  const named = new Set(
    [...`${path} ${query} ${bodyCustomer ?? ""}`.matchAll(CUSTOMER_ID)].map(([id]) => id),
  );
  if (named.size > 0) return [...named];
  return auth?.key?.customers ? [...auth.key.customers] : undefined;
}

/** An array of ids in Postgres' own notation; ids need no quotes. */
function arrayLiteral(ids: readonly string[] | undefined): string | undefined {
  return ids && `{${ids.join(",")}}`;
}

/** The last time that a key exercised a permission. */
function notePermission(
  permissions: GroupedTotals<{ lastAt: Date }>,
  { at }: LoggedCall,
  { key_id, permission, code }: RequestRow,
): void {
  if (!key_id || !permission || REFUSED_BY_PERMISSION.some((refused) => refused === code)) return;
  permissions.add(
    `${key_id} ${permission}`,
    () => ({ key_id, permission }),
    { lastAt: at },
    (stats) => {
      if (at > stats.lastAt) stats.lastAt = at;
    },
  );
}

/** Calls that authenticated, by the network they came from. */
function countNetwork(
  networks: GroupedTotals<{ calls: number; firstAt: Date; lastAt: Date; usedBefore: Date | null }>,
  { at, address, auth }: LoggedCall,
): void {
  if (!auth?.key || !address || !passedAuthentication(auth.refusedBy)) return;
  const { id: key_id, lastUsedAt } = auth.key;
  const network = addressNetwork(address);
  if (network === null) return;
  const start = { calls: 1, firstAt: at, lastAt: at, usedBefore: lastUsedAt };
  networks.add(
    `${key_id} ${network}`,
    () => ({ key_id, network }),
    start,
    (stats) => {
      stats.calls++;
      if (at > stats.lastAt) stats.lastAt = at;
      if (at < stats.firstAt) Object.assign(stats, { firstAt: at, usedBefore: lastUsedAt });
    },
  );
}

function exposureRows(exposures: readonly Exposure[]): object[] {
  const seen = new GroupedTotals<{ calls: number; firstAt: Date; lastAt: Date; requestId: Id<"req"> }>();
  for (const { keyId: key_id, at, requestId } of exposures) {
    const start = { calls: 1, firstAt: at, lastAt: at, requestId };
    seen.add(
      key_id,
      () => ({ key_id, place: "query" }),
      start,
      (stats) => {
        stats.calls++;
        if (at >= stats.lastAt) Object.assign(stats, { lastAt: at, requestId });
        if (at < stats.firstAt) stats.firstAt = at;
      },
    );
  }
  return seen.rows();
}
