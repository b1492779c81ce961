"use client";

import { ColumnChartSkeleton } from "@/components/column-chart";
import { ErrorNotice } from "@/components/error-notice";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import {
  USAGE_SPAN_NAMES,
  USAGE_SPANS,
  type Usage,
  type UsageSpan,
  type UsageStats,
} from "@/contracts/usage";
import { cn } from "@/lib/cn";
import { durationText } from "@/lib/duration";
import { UsageChart } from "./usage-chart";

/** The time that is shown, and what changes it: it belongs to the address bar, so the page holds it. */
export interface SpanChoice {
  span: UsageSpan;
  onSpan: (span: UsageSpan) => void;
}

interface UsageCardProps extends SpanChoice {
  usage: Usage | undefined;
  stale: boolean;
  error: unknown;
  onRetry: () => void;
  /** For links that lead here. */
  id?: string;
}

/** Figures and chart of calls over a time that can be chosen. */
export function UsageCard({ usage, stale, error, onRetry, id, ...choice }: UsageCardProps) {
  return (
    <Card id={id} aria-labelledby="usage-title" className="scroll-mt-20">
      <CardHeader>
        <CardTitle id="usage-title">Calls</CardTitle>
        <SpanSwitch {...choice} />
      </CardHeader>
      <CardContent>
        {error && !usage ? (
          <ErrorNotice error={error} onRetry={onRetry} />
        ) : (
          <>
            <StatList stats={usage?.stats} stale={stale} />
            {usage ? <UsageChart usage={usage} stale={stale} /> : <ColumnChartSkeleton />}
          </>
        )}
      </CardContent>
    </Card>
  );
}

function SpanSwitch({ span, onSpan }: SpanChoice) {
  return (
    <fieldset aria-label="Time" className="flex gap-0.5 rounded-lg bg-idle-soft p-0.5">
      {USAGE_SPAN_NAMES.map((one) => (
        <label
          key={one}
          className={cn(
            "flex h-6 cursor-pointer items-center rounded-md px-2.5 text-ink-2 text-sm hover:text-ink",
            "has-focus-visible:outline-2 has-focus-visible:outline-accent",
            one === span && "bg-surface font-medium text-ink shadow-xs",
          )}
        >
          <input
            type="radio"
            name="span"
            className="sr-only"
            checked={one === span}
            onChange={() => onSpan(one)}
          />
          {USAGE_SPANS[one].label}
        </label>
      ))}
    </fieldset>
  );
}

const whole = new Intl.NumberFormat("en");

function StatList({ stats, stale }: { stats: UsageStats | undefined; stale: boolean }) {
  const items = [
    { label: "Calls", value: stats && whole.format(stats.calls) },
    { label: "Errors (4xx, 5xx)", value: stats && share(stats.errors, stats.calls) },
    { label: "Over the limit (429)", value: stats && share(stats.limited, stats.calls) },
    {
      label: "Mean time to answer",
      value: stats && (stats.meanMs === null ? "–" : durationText(stats.meanMs)),
    },
  ];
  return (
    <dl className={cn("mb-5 grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4", stale && "opacity-60")}>
      {items.map(({ label, value }) => (
        <div key={label}>
          <dt className="text-ink-2 text-sm">{label}</dt>
          <dd className="flex h-8 items-center font-semibold text-xl tabular-nums">
            {value ?? <Skeleton className="h-5 w-16" />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A share that rounds to nothing is still more than none. */
function share(part: number, all: number): string {
  if (all === 0) return "–";
  const percent = (part / all) * 100;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  return `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}
