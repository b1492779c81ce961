import { z } from "zod";
import type { Environment } from "@/contracts/environments";
import { daySchema, type ListTelemetryInput, listTelemetrySchema } from "@/contracts/schemas/telemetry";
import { dayAfter } from "@/contracts/telemetry";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** Days up to today that can be asked for by one press. */
const PERIODS = ["1", "7", "30", "90"] as const;

/** The list's, with the time in days: the chart's are whole, and those up to today go on by themselves. */
const stateSchema = listTelemetrySchema.extend({
  period: z.enum(PERIODS).default("30"),
  /** UTC days, both included, that were marked in the chart; they go before the period. */
  from: daySchema.nullable().default(null),
  to: daySchema.nullable().default(null),
  flagged: z.enum(["yes", "no"]).nullable().default(null),
});

/** What apps reported, in the address bar. */
export const telemetryList = defineListState(stateSchema, {
  filters: ["type", "product", "flagged"],
  kept: ["period", "from", "to"],
});

export type TelemetryListState = ListStateOf<typeof telemetryList>;
type TelemetryState = TelemetryListState["state"];

/** The UTC days that the page is about; `to` is null where it is about whatever comes, too. */
export function daysShown({ period, from, to }: TelemetryState, today: string) {
  if (from !== null && to !== null && from <= to) return { from, to };
  return { from: dayAfter(today, 1 - Number(period)), to: null };
}

/** The same days as instants: from the first one on, and before the end of the last. */
export function instantsShown(state: TelemetryState, today: string) {
  const { from, to } = daysShown(state, today);
  return { from: `${from}T00:00:00.000Z`, to: to && `${dayAfter(to, 1)}T00:00:00.000Z` };
}

/** Input of `telemetry.byDay`: the server's prefetch and the browser's query must build the very same. */
export function chartInput(state: TelemetryState, environment: Environment | null, today: string) {
  return { environment, ...daysShown(state, today) };
}

/** Input of `telemetry.list`, likewise. */
export function telemetryListInput(input: TelemetryListState["input"], today: string): ListTelemetryInput {
  const { period: _period, flagged, ...same } = input;
  return {
    ...same,
    flagged: flagged === null ? null : flagged === "yes",
    ...instantsShown(input, today),
  };
}

/** The job that writes the events shown to a file; up to `now`, where the page is about whatever comes. */
export function telemetryExport({ state }: TelemetryListState, today: string, now: Date) {
  const { type, product, flagged } = state;
  const { from, to } = instantsShown(state, today);
  const input = {
    from,
    to: to ?? now.toISOString(),
    ...(type !== null && { type }),
    ...(product !== null && { product }),
    ...(flagged !== null && { flagged: flagged === "yes" }),
  };
  return { type: "telemetry.export", input } as const;
}

/** What that file will hold, in words. */
export function telemetryExportText({ state, isFiltered }: TelemetryListState, today: string): string {
  const { from, to } = daysShown(state, today);
  const time = to === null ? `from ${from} until now` : from === to ? `of ${from}` : `from ${from} to ${to}`;
  const filters = isFiltered ? ", narrowed as the list is" : "";
  return `Events received ${time} (UTC days)${filters}.`;
}
