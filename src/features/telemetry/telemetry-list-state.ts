import type { Environment } from "@/contracts/environments";
import type { ListTelemetryInput } from "@/contracts/schemas/telemetry";
import { dayAfter } from "@/contracts/telemetry";
import { isDay } from "@/contracts/times";
import { oneOf, optional, orElse, textOf, textThat } from "@/lib/address-field";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** Days up to today that can be asked for by one press. */
const PERIODS = ["1", "7", "30", "90"] as const;

/**
 * What apps reported, in the address bar. The time is in days: the chart's are whole, and those up to today go on by
 * themselves.
 */
export const telemetryList = defineListState({
  filters: {
    type: optional(textOf(1, 100)),
    product: optional(textOf(1, 100)),
    flagged: optional(oneOf(["yes", "no"])),
  },
  kept: {
    period: orElse(oneOf(PERIODS), "30"),
    /** UTC days, both included, that were marked in the chart; they go before the period. */
    from: optional(textThat(isDay)),
    to: optional(textThat(isDay)),
  },
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
