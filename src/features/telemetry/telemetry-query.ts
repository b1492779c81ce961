import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import type { PAGE_SIZES } from "@/contracts/lists";
import { dayAfter, type ListTelemetryInput } from "@/contracts/telemetry";

/** Days up to today that can be asked for by one press. */
export const PERIODS = ["1", "7", "30", "90"] as const;
export type Period = (typeof PERIODS)[number];

/** What the address bar says about the page; the environment comes from the top bar. */
export interface TelemetryQuery {
  period: Period;
  /** UTC days, both included, that were marked in the chart; they go before the period. */
  from: string | null;
  to: string | null;
  type: string | null;
  product: string | null;
  flagged: "yes" | "no" | null;
  pageSize: (typeof PAGE_SIZES)[number];
  cursor: string | null;
  /** Id of the event whose payload is open. */
  event: Id<"evt"> | null;
}

/** What narrows the list, apart from time and environment. */
export const NO_TELEMETRY_FILTERS = { type: null, product: null, flagged: null } as const;

/** Whether anything but time and environment keeps events out of the list. */
export function isNarrowed({ type, product, flagged }: TelemetryQuery): boolean {
  return type !== null || product !== null || flagged !== null;
}

/** The UTC days that the page is about; `to` is null where it is about whatever comes, too. */
export function daysShown({ period, from, to }: TelemetryQuery, today: string) {
  if (from !== null && to !== null && from <= to) return { from, to };
  return { from: dayAfter(today, 1 - Number(period)), to: null };
}

/** Input of `telemetry.byDay`: the server's prefetch and the browser's query must build the very same. */
export function chartInput(query: TelemetryQuery, environment: Environment | null, today: string) {
  return { environment, ...daysShown(query, today) };
}

/** Input of `telemetry.list`, likewise. */
export function telemetryListInput(
  query: TelemetryQuery,
  environment: Environment | null,
  today: string,
): ListTelemetryInput {
  const { type, product, flagged, pageSize, cursor } = query;
  return {
    environment,
    type,
    product,
    flagged: flagged === null ? null : flagged === "yes",
    ...instantsShown(query, today),
    pageSize,
    cursor,
  };
}

/** The same days as instants: from the first one on, and before the end of the last. */
export function instantsShown(query: TelemetryQuery, today: string) {
  const { from, to } = daysShown(query, today);
  return { from: `${from}T00:00:00.000Z`, to: to && `${dayAfter(to, 1)}T00:00:00.000Z` };
}
