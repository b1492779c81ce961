import { isIP } from "node:net";
import { HOUR_MS } from "@/contracts/durations";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { ProblemCode } from "@/contracts/problems";
import { type Check, type LimitReading, passedAuthentication } from "@/contracts/requests";
import type { VerifiedKey } from "@/gateway/authenticate/verified-key";
import { limitReadingsText } from "@/server/database/limit-readings";
import { shortPath, shortRequestId } from "@/server/database/request-columns";
import type { LimitDecision } from "@/server/rate-limit";
import type { CountedCalls } from "@/server/services/usage";
import { type Exposure, exposureRows, keysIn } from "./exposures";
import {
  redactAgent,
  redactBody,
  redactDetail,
  redactHeaders,
  redactPath,
  redactQuery,
  type SeenBody,
} from "./redact";
import { UsageTotals } from "./roll-up";
import { RowIds } from "./row-ids";

/** One call as the gateway saw it. Nothing is formatted or redacted yet: that is done once its answer is out. */
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
  /** Whether that is of a call to another service, by way of the gate: keys are looked for in it, and nothing of it is kept. */
  isAnothersQuery?: boolean;
  /** Customer that the body names. */
  bodyCustomer: string | undefined;
  status: number;
  /** The answer's body where it is a problem document. */
  problem: string | undefined;
  /** Of the refusal, where it was made for this very call, and did not come again under an Idempotency-Key. */
  code?: ProblemCode | undefined;
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
  /** Of a call for which Postgres' budget has no row: it is counted there, and its row is for ClickHouse alone. */
  beyondBudget?: true | undefined;
}

/**
 * A call as it waits to be written: its row, redacted, and what is to be known besides to count it. Of plain values alone: with
 * what the checks found, its key and its request, a call is several times as much for collections of young objects to copy.
 */
export interface LogEntry {
  row: RequestRow;
  /** Postgres counts it, and its row is for ClickHouse alone. */
  beyondBudget: boolean;
  /** Keys that stood in its query. */
  exposed: readonly string[];
  /** When its key had been used before, where that was not within the hour; null: never. */
  lastUse: Date | null | undefined;
}

/** A batch in the form in which it is written. */
export interface Rows {
  /** What the ids of its rows end with. */
  batch: Buffer;
  requests: RequestRow[];
  /** Those that Postgres counts, and ClickHouse alone has. */
  beyondBudget: RequestRow[];
  /** What is to be counted besides: calls that have no row. */
  counted: CountedCalls[];
  /** When keys had been used before, by key: those that had not been for an hour, or never. */
  lastUses: Record<string, string | null>;
  exposures: object[];
}

/** Characters of path and of agent in a row that stands for many: who sends thousands of calls writes little with each. */
const MAX_SAMPLED_TEXT = 200;
const CUSTOMER_ID = /(?<![a-z0-9_])cus_[0-7][0-9a-hjkmnp-tv-z]{25}(?![0-9a-z])/g;

/** A call as it waits to be written. */
export function entryOf(call: LoggedCall): LogEntry {
  return {
    row: requestRow(call),
    beyondBudget: call.beyondBudget ?? false,
    exposed: keysIn(call.query),
    lastUse: lastUseOf(call),
  };
}

/** What a row has of bodies and of the words of a refusal, in characters. */
export function textOf({ row: { request_body, response_body, detail } }: LogEntry): number {
  return (request_body?.length ?? 0) + (response_body?.length ?? 0) + (detail?.length ?? 0);
}

/**
 * Rows of the log, each with its id, and what is to be known besides to count them.
 * @param counted calls that have no row
 */
export function rowsOf(
  entries: readonly LogEntry[],
  exposures: readonly Exposure[],
  counted: UsageTotals = new UsageTotals(),
): Rows {
  const ids = new RowIds();
  for (const { row } of entries) row.row_id = ids.next(row.at.getTime());
  const rowsWhere = (beyondBudget: boolean) =>
    entries.filter((entry) => entry.beyondBudget === beyondBudget).map(({ row }) => row);
  return {
    batch: ids.batch,
    requests: rowsWhere(false),
    beyondBudget: rowsWhere(true),
    counted: counted.rows(),
    lastUses: lastUsesOf(entries),
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
    /** Given with the batch that the row is written in. */
    row_id: "",
    request_id: shortRequestId(call.requestId, call.at),
    environment: call.environment,
    method: call.method.slice(0, 20),
    route: route?.name,
    path: pathCell(call, sampled),
    query: call.query === "" || call.isAnothersQuery || sampled ? undefined : redactQuery(call.query),
    status,
    code: problem?.code,
    refused_by: auth?.refusedBy ?? undefined,
    permission: route?.permission ?? undefined,
    detail: problem?.detail === undefined ? undefined : redactDetail(problem.detail),
    limit_readings: readings && limitReadingsText(readings),
    limit_share: readings && Math.max(0, ...readings.map(shareOf)),
    duration_ms: call.durationMs,
    key_id: auth?.key?.id,
    used_secret: auth?.key?.secret === "previous" ? auth.key.secret : undefined,
    customers: customersOf(call),
    address: isAddress(call.address) ? call.address : undefined,
    agent: call.agent ? redactAgent(call.agent, sampled ? MAX_SAMPLED_TEXT : undefined) : undefined,
    request_bytes: call.requestBytes,
    response_bytes: call.responseBytes,
    request_headers: call.requestHeaders && redactHeaders(Object.entries(call.requestHeaders)),
    request_body: call.requestBody && redactBody(call.requestBody),
    response_body: call.responseBody && redactBody(call.responseBody),
    stands_for: call.standsFor,
  };
}

/** A path that is the route's own holds nothing of the caller's to be looked for. */
function pathCell({ path, environment, route }: LoggedCall, sampled: boolean): string {
  const short = shortPath(path, environment, route?.name);
  return short && redactPath(short, sampled ? MAX_SAMPLED_TEXT : undefined);
}

/** Whether Postgres will take the text for an address: the network is taken from it once the row is there for good. */
function isAddress(text: string | null): text is string {
  // A zone (RFC 4007, section 11) is none of its own.
  return text !== null && isIP(text) > 0 && !text.includes("%");
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
function customersOf({ path, query, isAnothersQuery, bodyCustomer, auth }: LoggedCall): string[] | undefined {
  const named = `${path} ${isAnothersQuery ? "" : query} ${bodyCustomer ?? ""}`.match(CUSTOMER_ID);
  if (named) return [...new Set(named)];
  return auth?.key?.customers ? [...auth.key.customers] : undefined;
}

function lastUseOf({ at, auth }: LoggedCall): LogEntry["lastUse"] {
  if (!auth?.key || !passedAuthentication(auth.refusedBy)) return undefined;
  const { lastUsedAt } = auth.key;
  const isWithinHour = lastUsedAt && at.getTime() - lastUsedAt.getTime() < HOUR_MS;
  return isWithinHour ? undefined : lastUsedAt;
}

/** The earlier of two calls has the say: what came after it is no use before. */
function lastUsesOf(entries: readonly LogEntry[]): Rows["lastUses"] {
  const uses: Rows["lastUses"] = {};
  for (const { row, lastUse } of entries) {
    if (lastUse === undefined || row.key_id === undefined || row.key_id in uses) continue;
    uses[row.key_id] = lastUse?.toISOString() ?? null;
  }
  return uses;
}
