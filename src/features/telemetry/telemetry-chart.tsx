"use client";

import { type ChartSeries, ColumnChart } from "@/components/column-chart";
import type { TelemetryDay } from "@/contracts/telemetry";

const SERIES: readonly ChartSeries<"unflagged" | "flagged">[] = [
  { id: "unflagged", label: "Not flagged", colour: "accent" },
  { id: "flagged", label: "Flagged", colour: "warn" },
];

const long = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const short = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

interface TelemetryChartProps {
  days: readonly TelemetryDay[];
  stale: boolean;
  /** A stretch of days was marked, both included. */
  onSelectDays: (from: string, to: string) => void;
}

/** Events per day, with those that are odd on top. */
export function TelemetryChart({ days, stale, onSelectDays }: TelemetryChartProps) {
  return (
    <ColumnChart
      label="Events per day"
      bucketLabel="Day (UTC)"
      series={SERIES}
      buckets={days.map((values) => ({
        key: values.day,
        label: long.format(Date.parse(values.day)),
        tick: short.format(Date.parse(values.day)),
        values,
      }))}
      empty="No events in these days."
      stale={stale}
      onSelectRange={(first, last) => onSelectDays(first.key, last.key)}
    />
  );
}
