"use client";

import { type ChartBucket, type ChartSeries, ColumnChart } from "@/components/column-chart";
import { HOUR_MS } from "@/contracts/durations";
import { USAGE_SPANS, type Usage, type UsageBucket, type UsageSpan } from "@/contracts/usage";

type Outcome = "succeeded" | "refused" | "failed";

const SERIES: readonly ChartSeries<Outcome>[] = [
  { id: "succeeded", label: "Succeeded (2xx)", colour: "ok" },
  { id: "refused", label: "Refused (4xx)", colour: "warn" },
  { id: "failed", label: "Failed (5xx)", colour: "bad" },
];

const utc = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
const day = utc({ day: "numeric", month: "short" });
const wholeDay = utc({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const hour = utc({ hour: "2-digit", minute: "2-digit" });

/** Calls over time, by outcome. */
export function UsageChart({ usage, stale }: { usage: Usage; stale: boolean }) {
  const { bucket, words } = USAGE_SPANS[usage.span];
  return (
    <ColumnChart
      label={bucket === "hour" ? "Calls per hour" : "Calls per day"}
      bucketLabel={bucket === "hour" ? "Hour (UTC)" : "Day (UTC)"}
      series={SERIES}
      buckets={usage.buckets.map((one) => chartBucket(one, usage.span))}
      empty={`No calls in the last ${words}.`}
      stale={stale}
    />
  );
}

/** Named in UTC: the server and the browser must say the same. */
function chartBucket({ at, ...values }: UsageBucket, span: UsageSpan): ChartBucket<Outcome> {
  const start = Date.parse(at);
  const isHour = USAGE_SPANS[span].bucket === "hour";
  return {
    key: at,
    label: isHour
      ? `${day.format(start)}, ${hour.format(start)} to ${hour.format(start + HOUR_MS)}`
      : wholeDay.format(start),
    tick: span === "24h" ? hour.format(start) : day.format(start),
    values,
  };
}
