"use client";

import { type ReactNode, useId, useState } from "react";
import { cn } from "@/lib/cn";
import { axisTop, labeledColumns } from "@/lib/column-scale";
import { ColumnChartPlot, type PlotRange } from "./column-chart-plot";
import { ColumnChartTable } from "./column-chart-table";

const COLORS = {
  accent: { fill: "fill-accent", square: "bg-accent" },
  ok: { fill: "fill-ok", square: "bg-ok" },
  warn: { fill: "fill-warn", square: "bg-warn" },
  bad: { fill: "fill-bad", square: "bg-bad" },
  idle: { fill: "fill-control", square: "bg-control" },
} as const;

/** Colours by what they mean, as everywhere in the console; `accent` and `idle` mean nothing in particular. */
export type ChartColor = keyof typeof COLORS;

/** One part of every column. */
export interface ChartSeries<Id extends string> {
  id: Id;
  /** What is counted: "Accepted". */
  label: string;
  /** Another than that of the other parts. */
  color: ChartColor;
}

/** One column. */
export interface ChartBucket<Id extends string> {
  /** Unique, and for {@link ColumnChartProps.onSelectRange} to go by: a day, an instant. */
  key: string;
  /** In full: "Mon 23 Nov 2026". */
  label: string;
  /** In short, below the column: "23 Nov". */
  tick: string;
  values: Readonly<Record<Id, number>>;
}

export interface ColumnChartProps<Id extends string> {
  /** Names the chart to assistive software: "Events per day". */
  label: string;
  /** The lowest part of the columns first. */
  series: readonly ChartSeries<Id>[];
  /** Oldest first. */
  buckets: readonly ChartBucket<Id>[];
  /** What one column stands for, as the heading of the table's first column: "Day (UTC)". */
  bucketLabel: string;
  /** Said in place of columns where all values are zero. */
  empty?: ReactNode;
  /**
   * Makes a drag across the columns (or a press on one, or Shift with the arrow keys and Enter) mark a time. Called with
   * the first and the last bucket of it, which may be the same.
   */
  onSelectRange?: (first: ChartBucket<Id>, last: ChartBucket<Id>) => void;
  /** What is shown answers the question before; the next answer is on its way. */
  stale?: boolean;
  className?: string;
}

const figure = new Intl.NumberFormat("en");
const shortFigure = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/**
 * Counts over time as stacked columns. Above it stands what is pointed at, or else the totals; the arrow keys point too,
 * and the figures can be opened as a table. It knows nothing of what it counts.
 */
export function ColumnChart<Id extends string>({
  label,
  series,
  buckets,
  bucketLabel,
  empty,
  onSelectRange,
  stale = false,
  className,
}: ColumnChartProps<Id>) {
  const hintId = useId();
  const [range, setRange] = useState<PlotRange | null>(null);
  const rows = buckets.map(({ values }) => series.map(({ id }) => values[id]));
  // Buckets may have changed since a column was pointed at.
  const pointed = range && range.last < rows.length ? range : null;
  const shown = pointed ?? { first: 0, last: rows.length - 1 };
  const describe = (part: PlotRange) => {
    const stats = totals(rows.slice(part.first, part.last + 1), series.length);
    return series.map(({ label }, index) => `${label} ${figure.format(stats[index] ?? 0)}`).join(", ");
  };
  const top = axisTop(Math.max(0, ...rows.map(sum)));
  const isEmpty = rows.every((values) => sum(values) === 0);
  const select = (part: PlotRange) => {
    const [first, last] = [buckets[part.first], buckets[part.last]];
    if (first && last) onSelectRange?.(first, last);
  };
  return (
    <figure
      aria-label={label}
      className={cn(stale && "opacity-60 transition-opacity delay-150", className)}
      aria-busy={stale || undefined}
    >
      <div className="mb-3 flex min-h-5 flex-wrap items-baseline gap-x-4 gap-y-1 text-sm">
        <Legend series={series} stats={totals(rows.slice(shown.first, shown.last + 1), series.length)} />
        <p className="ml-auto text-ink-2 tabular-nums">{pointed ? rangeName(buckets, pointed) : "In all"}</p>
      </div>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2">
        <AxisLabels top={top} />
        <ColumnChartPlot
          label={label}
          describedBy={onSelectRange && hintId}
          rows={rows}
          fills={series.map(({ color }) => COLORS[color].fill)}
          range={pointed}
          onRange={setRange}
          onSelect={onSelectRange && select}
          textOf={(part) => `${rangeName(buckets, part)}: ${describe(part)}`}
        >
          {isEmpty && empty}
        </ColumnChartPlot>
        <div className="relative col-start-2 mt-1 h-4 text-2xs text-ink-3 tabular-nums" aria-hidden>
          <TickLabels buckets={buckets} />
        </div>
      </div>
      <ColumnChartTable
        label={label}
        headings={[bucketLabel, ...series.map((one) => one.label)]}
        rows={buckets.map((bucket, index) => ({
          key: bucket.key,
          name: bucket.label,
          values: rows[index] ?? [],
        }))}
        hint={
          onSelectRange && (
            <>
              <span aria-hidden className="max-sm:hidden">
                Drag across the columns to narrow the time.
              </span>
              <span id={hintId} className="sr-only">
                Shift and the arrow keys mark a time, Enter narrows to it.
              </span>
            </>
          )
        }
      />
    </figure>
  );
}

/** Holds the place of a chart, to the pixel. */
export function ColumnChartSkeleton({ className }: { className?: string }) {
  return (
    <div aria-busy className={className}>
      <div className="mb-3 h-5 w-64 animate-pulse rounded-sm bg-idle-soft" />
      <div className="h-40 animate-pulse rounded-sm bg-idle-soft" />
      <div className="h-14" />
    </div>
  );
}

function Legend<Id extends string>({
  series,
  stats,
}: {
  series: readonly ChartSeries<Id>[];
  stats: readonly number[];
}) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {series.map(({ id, label, color }, index) => (
        <li key={id} className="flex items-baseline gap-1.5">
          <span aria-hidden className={cn("size-2 shrink-0 rounded-[2px]", COLORS[color].square)} />
          <span className="text-ink-2">{label}</span>
          <span className="font-medium tabular-nums">{figure.format(stats[index] ?? 0)}</span>
        </li>
      ))}
    </ul>
  );
}

function AxisLabels({ top }: { top: number }) {
  const labels = top === 1 ? [1, 0] : [top, top / 2, 0];
  return (
    <div
      aria-hidden
      className="-my-2 flex flex-col justify-between text-right text-2xs text-ink-3 tabular-nums"
    >
      {labels.map((value) => (
        <span key={value}>{shortFigure.format(value)}</span>
      ))}
    </div>
  );
}

function TickLabels({ buckets }: { buckets: readonly { key: string; tick: string }[] }) {
  return labeledColumns(buckets.length, 6).map((column, index) => (
    <span
      key={buckets[column]?.key}
      // Every second one is enough on a phone.
      className={cn("absolute -translate-x-1/2 whitespace-nowrap", index % 2 === 1 && "max-sm:hidden")}
      style={{ left: `${((column + 0.5) / buckets.length) * 100}%` }}
    >
      {buckets[column]?.tick}
    </span>
  ));
}

function rangeName(buckets: readonly { label: string }[], { first, last }: PlotRange): string {
  const [from = "", to = ""] = [buckets[first]?.label, buckets[last]?.label];
  return first === last ? from : `${from} to ${to}`;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function totals(rows: readonly (readonly number[])[], count: number): number[] {
  return Array.from({ length: count }, (_, index) => sum(rows.map((values) => values[index] ?? 0)));
}
