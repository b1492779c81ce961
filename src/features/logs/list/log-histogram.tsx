"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { ColumnChart, ColumnChartSkeleton } from "@/components/column-chart";
import { ErrorNotice } from "@/components/error-notice";
import { useTimeZone } from "@/components/session-context";
import { Card, CardContent } from "@/components/ui/card";
import { DAY_MS } from "@/contracts/durations";
import type { UncountedFilter } from "@/contracts/request-queries";
import type { RequestFilterInput } from "@/contracts/schemas/request-queries";
import { zoneName } from "@/lib/zoned-time";
import { trpc } from "@/trpc/client";
import { bucketWords } from "../time-words";

const SERIES = [
  { id: "succeeded", label: "Succeeded", color: "accent" },
  { id: "refused", label: "Refused", color: "warn" },
  { id: "failed", label: "Failed", color: "bad" },
] as const;

const UNCOUNTED: Record<UncountedFilter, string> = {
  levels: "level",
  methods: "method",
  customerId: "customer",
  address: "address",
  search: "text",
  requestId: "request id",
};

/** How old the chart may get while the list is live. */
const LIVE_REFRESH_MS = 10_000;

interface LogHistogramProps {
  filter: RequestFilterInput;
  live: boolean;
  /** Both instants in RFC 3339. */
  onZoom: (from: string, to: string) => void;
}

/** Calls over the time of the list, by outcome. Marking a part narrows the list to it. */
export function LogHistogram({ filter, live, onZoom }: LogHistogramProps) {
  const histogram = trpc.requests.histogram.useQuery(filter, {
    placeholderData: keepPreviousData,
    refetchInterval: live && LIVE_REFRESH_MS,
  });
  const timeZone = useTimeZone();
  const { data } = histogram;
  return (
    <Card className="mb-3">
      <CardContent>
        {histogram.error ? (
          <ErrorNotice error={histogram.error} onRetry={() => void histogram.refetch()} />
        ) : data ? (
          <ColumnChart
            label="Calls over time"
            bucketLabel={data.seconds * 1_000 >= DAY_MS ? "Day (UTC)" : `Time (${zoneName(timeZone)})`}
            series={SERIES}
            buckets={data.buckets.map(({ at, ...values }) => ({
              key: at,
              ...bucketWords(Date.parse(at), data.seconds, timeZone),
              values,
            }))}
            empty="No calls at this time"
            stale={histogram.isPlaceholderData}
            onSelectRange={(first, last) =>
              onZoom(first.key, new Date(Date.parse(last.key) + data.seconds * 1_000).toISOString())
            }
          />
        ) : (
          <ColumnChartSkeleton />
        )}
        {data && data.uncounted.length > 0 && (
          <p className="mt-2 text-ink-2 text-xs">
            Of so long a time figures are kept by the hour, and not by{" "}
            {data.uncounted.map((name) => UNCOUNTED[name]).join(", ")}: the chart shows more calls than the
            list.
          </p>
        )}
      </CardContent>
    </Card>
  );
}
