import type { Environment } from "./environments";
import type { Id } from "./ids";
import type { ProblemCode } from "./problems";

/**
 * The checks of the gateway, in the order of the wire contract. The first that fails answers, and the ones after it are
 * not made.
 */
export const CHECKS = [
  "credential",
  "shape",
  "known",
  "revoked",
  "expired",
  "environment",
  "address",
  "origin",
  "limit",
  "permission",
] as const;
export type Check = (typeof CHECKS)[number];

/**
 * Whether a call that this check refused had shown a good key all the same: refused for its address, its origin, its limit
 * or its permissions. Such calls count as a use of the key.
 */
export function passedAuthentication(refusedBy: Check | null): boolean {
  return refusedBy === null || CHECKS.indexOf(refusedBy) > CHECKS.indexOf("environment");
}

/** What each check asks, and what its refusal means, for the decision trace. */
export const CHECK_DETAILS = {
  credential: { label: "Credential", question: "Does the call carry one API key, in a header?" },
  shape: { label: "Shape and checksum", question: "Is the text well-formed, and does its checksum hold?" },
  known: { label: "Known", question: "Is it a key of this installation?" },
  revoked: { label: "Not revoked", question: "Is the key not revoked?" },
  expired: { label: "Not expired", question: "Is the key's expiry still ahead?" },
  environment: { label: "Environment", question: "Is the endpoint that of the key's environment?" },
  address: { label: "Address", question: "Is the client's address on the key's list, if it has one?" },
  origin: {
    label: "Origin",
    question: "If a page of a browser calls: is its origin on the key's list, if it has one?",
  },
  limit: { label: "Rate limit", question: "Is there room in every window of the key?" },
  permission: { label: "Permission", question: "Does the key hold what the route asks for?" },
} as const satisfies Record<Check, { label: string; question: string }>;

/** One line of a decision trace. `skipped`: an earlier check had refused, or none was needed. */
export interface TraceStep {
  check: Check;
  outcome: "passed" | "refused" | "skipped";
}

/**
 * The checks in order with their outcomes, as one call met them.
 * @param refusedBy the check that refused; null when the call passed them all
 */
export function decisionTrace(refusedBy: Check | null): TraceStep[] {
  const refusal = refusedBy === null ? CHECKS.length : CHECKS.indexOf(refusedBy);
  return CHECKS.map((check, place) => ({
    check,
    outcome: place < refusal ? "passed" : place === refusal ? "refused" : "skipped",
  }));
}

/** One window of a key as a call left it. */
export interface LimitReading {
  /** Name of the policy: minute, hour or day. */
  name: string;
  limit: number;
  remaining: number;
}

/** Share of a window, percent, from which a call that passed counts as a warning. */
export const WARNING_SHARE = 80;

export const REQUEST_LEVELS = ["info", "warning", "error"] as const;
export type RequestLevel = (typeof REQUEST_LEVELS)[number];

/** Error: refused or failed. Warning: it passed, and 80 % of a limit is used up. */
export function requestLevel(row: { status: number; limitShare: number | null }): RequestLevel {
  if (row.status >= 400) return "error";
  return (row.limitShare ?? 0) >= WARNING_SHARE ? "warning" : "info";
}

/** One call as a list shows it. */
export interface RequestView {
  /** Names the row: with `at` it finds it in one partition. */
  rowId: string;
  at: string;
  requestId: Id<"req">;
  level: RequestLevel;
  method: string;
  path: string;
  query: string | null;
  route: string | null;
  status: number;
  code: ProblemCode | null;
  durationMs: number;
  environment: Environment;
  key: { id: Id<"key">; name: string } | null;
  address: string | null;
  /** Set where calls without a known key came so fast that this row stands for as many of them, itself included. */
  standsFor: number | null;
}

/**
 * What the log keeps, from all to least: every call as the settings say; of calls without a known key only their number;
 * besides, no headers and no bodies; only the number of all calls. Numbers are exact in each.
 */
export const LOG_DETAIL = ["everything", "known_keys", "facts", "counts"] as const;
export type LogDetail = (typeof LOG_DETAIL)[number];

/** What the log keeps at present, and what that rests on. Sizes are bytes. */
export interface LogState {
  keeps: LogDetail;
  /** What keeps it from keeping everything. */
  because: "budget" | "disk" | null;
  /** Of today's log (UTC), with its indexes, as last measured. */
  dayBytes: number;
  /** What a day's may take; null while it was not read. */
  budgetBytes: number | null;
  /** Where Postgres' disk can be seen. Rows are written only while more than the floor is free. */
  disk: { size: number; free: number; floor: number } | null;
}

/** What one process' writer of the log has counted. */
export interface RequestLogStats {
  /** Calls that are not in the database yet. */
  buffered: number;
  written: number;
  /** Calls that are in the figures and have no row: strangers' beyond the limit, and all that budget or disk forbid. */
  counted: number;
  /** Calls that had to wait because too many were held. */
  waited: number;
  /** Calls that waited in vain and were answered 503: the only ones that are neither logged nor counted. */
  rejected: number;
  /** Rows that Postgres would not take, each of which is named in the server's log. */
  refused: number;
}

/** The figures, and whose they are. */
export interface LogWriterView extends RequestLogStats {
  state: LogState;
  /** So many calls may be held before new ones wait. */
  capacity: number;
  /** When the process began to count. */
  since: string;
  host: string;
  /** Of the process, on its host. */
  pid: number;
}
