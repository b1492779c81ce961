import type { Id } from "./ids";
import type { JobType } from "./job-types";
import type { Check, LimitReading, RequestView } from "./requests";

/** The times back from now that can be chosen with one press. */
export const REQUEST_PERIODS = {
  "15m": { label: "last 15 minutes", minutes: 15 },
  "1h": { label: "last hour", minutes: 60 },
  "24h": { label: "last 24 hours", minutes: 24 * 60 },
  "7d": { label: "last 7 days", minutes: 7 * 24 * 60 },
  "30d": { label: "last 30 days", minutes: 30 * 24 * 60 },
} as const satisfies Record<string, { label: string; minutes: number }>;

export type RequestPeriod = keyof typeof REQUEST_PERIODS;
export const REQUEST_PERIOD_NAMES = Object.keys(REQUEST_PERIODS) as [RequestPeriod, ...RequestPeriod[]];
export const DEFAULT_REQUEST_PERIOD: RequestPeriod = "1h";

/** Classes of status that the API answers with (RFC 9110, section 15); it has no redirects. */
export const STATUS_CLASSES = ["2xx", "4xx", "5xx"] as const;

export const REQUEST_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;

/** In place of a key's id: calls without a key that is known here. */
export const NO_KEY = "none";

/** Name of one row, as addresses carry it: its instant in milliseconds since 1970, a dot, its UUID. */
export const REQUEST_ROW = /^\d{1,14}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @see REQUEST_ROW */
export function requestRowName({ at, rowId }: Pick<RequestView, "at" | "rowId">): string {
  return `${Date.parse(at)}.${rowId}`;
}

export const EXPORT_FORMATS = ["csv", "ndjson"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** One call whole, as its sheet shows it. */
export interface RequestDetail extends RequestView {
  /** The check at the gateway that refused; null when the call passed them all. */
  refusedBy: Check | null;
  /** The permission that the route asks for. */
  permission: string | null;
  /** Why, in the words of the answer. */
  detail: string | null;
  limits: LimitReading[] | null;
  /** Set where the call came with the key's previous secret, during an overlap. */
  usedSecret: "previous" | null;
  /** Customers that the call named, or that its key is scoped to; `email` is null once deleted. */
  customers: { id: Id<"cus">; email: string | null }[];
  agent: string | null;
  requestBytes: number;
  responseBytes: number;
  /** Null where the settings keep none. */
  requestHeaders: Record<string, string> | null;
  requestBody: string | null;
  responseBody: string | null;
  /** The job that the call started. */
  job: { id: Id<"job">; type: JobType } | null;
}

/** The latest calls since the answer before, newest first. */
export interface RequestTail {
  /** May repeat rows of the answer before; `rowId` tells them apart. */
  rows: RequestView[];
  /** True: there were more, and only the latest are here. */
  capped: boolean;
  /** What the next question is asked with. */
  now: string;
}

/** Calls of one span of time by outcome. */
export interface RequestBucket {
  /** Its first instant. */
  at: string;
  /** 2xx. */
  succeeded: number;
  /** 4xx. */
  refused: number;
  /** 5xx. */
  failed: number;
}

/** Filters that the figures kept by the hour cannot tell apart. */
export type UncountedFilter = "levels" | "methods" | "customerId" | "address" | "search" | "requestId";

export interface RequestHistogram {
  /** Length of a bucket. */
  seconds: number;
  /** Oldest first, without gaps. */
  buckets: RequestBucket[];
  /** Filters that were left aside: the counts are of more calls than the list. */
  uncounted: UncountedFilter[];
}
