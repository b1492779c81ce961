"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useQueryStates } from "nuqs";
import {
  type ChartBucket,
  type ChartSeries,
  ColumnChart,
  ColumnChartSkeleton,
} from "@/components/column-chart";
import { useEnvironment } from "@/components/environment-context";
import { ErrorNotice } from "@/components/error-notice";
import { useTimeZone } from "@/components/session-context";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { HOUR_MS, MINUTE_MS } from "@/contracts/durations";
import type { Id } from "@/contracts/ids";
import {
  USAGE_SPAN_NAMES,
  USAGE_SPANS,
  type Usage,
  type UsageBucket,
  type UsageSpan,
  type UsageStats,
} from "@/contracts/usage";
import { cn } from "@/lib/cn";
import { durationText } from "@/lib/duration";
import { zonedFormat, zoneName } from "@/lib/zoned-time";
import { trpc } from "@/trpc/client";
import { usageSpanParsers } from "./usage-span";

const QUERY_OPTIONS = { placeholderData: keepPreviousData, refetchInterval: MINUTE_MS } as const;

/** Calls of one key. */
export function KeyUsage({ id }: { id: Id<"key"> }) {
  const [span, setSpan] = useUsageSpan();
  const usage = trpc.usage.ofKey.useQuery({ id, span }, QUERY_OPTIONS);
  return <UsageCard span={span} onSpan={setSpan} id="calls" usage={usage} />;
}

/** Calls of the installation, or of the environment in the top bar. */
export function OverallUsage() {
  const environment = useEnvironment();
  const [span, setSpan] = useUsageSpan();
  const usage = trpc.usage.overall.useQuery({ environment, span }, QUERY_OPTIONS);
  return <UsageCard span={span} onSpan={setSpan} usage={usage} />;
}

function useUsageSpan() {
  const [{ span }, setState] = useQueryStates(usageSpanParsers);
  return [span, (next: UsageSpan) => void setState({ span: next })] as const;
}

interface SpanChoice {
  span: UsageSpan;
  onSpan: (span: UsageSpan) => void;
}

interface UsageCardProps extends SpanChoice {
  usage: { data: Usage | undefined; isPlaceholderData: boolean; error: unknown; refetch: () => unknown };
  /** For links that lead here. */
  id?: string;
}

/** Figures and chart of calls over a time that can be chosen. */
function UsageCard({
  usage: { data, isPlaceholderData: stale, error, refetch },
  id,
  ...choice
}: UsageCardProps) {
  return (
    <Card id={id} aria-labelledby="usage-title" className="scroll-mt-20">
      <CardHeader>
        <CardTitle id="usage-title">Calls</CardTitle>
        <SpanSwitch {...choice} />
      </CardHeader>
      <CardContent>
        {error && !data ? (
          <ErrorNotice error={error} onRetry={() => void refetch()} />
        ) : (
          <>
            <StatList stats={data?.stats} stale={stale} />
            {data ? <UsageChart usage={data} stale={stale} /> : <ColumnChartSkeleton />}
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

type Outcome = "succeeded" | "refused" | "failed";

const SERIES: readonly ChartSeries<Outcome>[] = [
  { id: "succeeded", label: "Succeeded (2xx)", color: "ok" },
  { id: "refused", label: "Refused (4xx)", color: "warn" },
  { id: "failed", label: "Failed (5xx)", color: "bad" },
];

const day = zonedFormat({ day: "numeric", month: "short" });
const wholeDay = zonedFormat({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const hour = zonedFormat({ hour: "2-digit", minute: "2-digit" });

/** Calls over time, by outcome. */
function UsageChart({ usage, stale }: { usage: Usage; stale: boolean }) {
  const { bucket, words } = USAGE_SPANS[usage.span];
  const timeZone = useTimeZone();
  return (
    <ColumnChart
      label={bucket === "hour" ? "Calls per hour" : "Calls per day"}
      bucketLabel={bucket === "hour" ? `Hour (${zoneName(timeZone)})` : "Day (UTC)"}
      series={SERIES}
      buckets={usage.buckets.map((one) => chartBucket(one, usage.span, timeZone))}
      empty={`No calls in the last ${words}.`}
      stale={stale}
    />
  );
}

/** Hours are named in the reader's zone; what is counted by the day is of days in UTC. */
function chartBucket(
  { at, ...values }: UsageBucket,
  span: UsageSpan,
  timeZone: string,
): ChartBucket<Outcome> {
  const start = Date.parse(at);
  const isHour = USAGE_SPANS[span].bucket === "hour";
  return {
    key: at,
    label: isHour
      ? `${day(start, timeZone)}, ${hour(start, timeZone)} to ${hour(start + HOUR_MS, timeZone)}`
      : wholeDay(start, "UTC"),
    tick: span === "24h" ? hour(start, timeZone) : day(start, isHour ? timeZone : "UTC"),
    values,
  };
}
