"use client";

import { type ChartSeries, ColumnChart } from "@/components/column-chart";
import { Skeleton } from "@/components/ui/skeleton";
import type { TelemetryDay } from "@/contracts/telemetry";

const figure = new Intl.NumberFormat("en");
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** The totals of the days shown, whatever the list below is narrowed to. Undefined while they are asked for. */
export function TelemetryStats({ days }: { days: readonly TelemetryDay[] | undefined }) {
  const flagged = total(days?.map((day) => day.flagged));
  const events = total(days?.map((day) => day.flagged + day.unflagged));
  const stats = [
    { label: "Events", value: figure.format(events) },
    { label: "Flagged", value: figure.format(flagged) },
    { label: "Share flagged", value: events === 0 ? "–" : share.format(flagged / events) },
  ];
  return (
    <dl className="grid grid-cols-3 divide-x border-b">
      {stats.map(({ label, value }) => (
        <div key={label} className="px-4 py-3">
          <dt className="text-ink-2 text-sm">{label}</dt>
          <dd className="mt-0.5 font-semibold text-xl tabular-nums">
            {days ? value : <Skeleton className="my-1.5 h-4 w-16" />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function total(stats: readonly number[] = []): number {
  return stats.reduce((sum, one) => sum + one, 0);
}

const SERIES: readonly ChartSeries<"unflagged" | "flagged">[] = [
  { id: "unflagged", label: "Not flagged", color: "accent" },
  { id: "flagged", label: "Flagged", color: "warn" },
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
