"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { ColumnChartSkeleton } from "@/components/column-chart";
import { ErrorNotice } from "@/components/error-notice";
import { NotAllowed } from "@/components/list-empty";
import { TableSkeleton } from "@/components/list-skeleton";
import { PageHeader } from "@/components/page-header";
import { Card, CardContent } from "@/components/ui/card";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { trpc } from "@/trpc/client";
import { ExportTelemetry } from "./export-telemetry";
import { TelemetryChart } from "./telemetry-chart";
import { TELEMETRY_COLUMNS } from "./telemetry-columns";
import { TelemetryFilters } from "./telemetry-filters";
import { TelemetryList } from "./telemetry-list";
import { chartInput, type TelemetryQuery } from "./telemetry-query";
import { TelemetryStats } from "./telemetry-stats";

const HEADING = {
  title: "Telemetry",
  sub: "What apps in the field report. Odd events are stored and flagged, never refused. Days are UTC days.",
};

interface TelemetryScreenProps {
  query: TelemetryQuery;
  environment: Environment | null;
  /** The UTC day on which the server drew the page. */
  today: string;
  /** The address of this very page with an event open. */
  eventHref: (event: Id<"evt">) => string;
  /** Changes part of the query. */
  onChange: (patch: Partial<TelemetryQuery>) => void;
}

/** Figures, chart and list of what apps report. */
export function TelemetryScreen(props: TelemetryScreenProps) {
  const { query, environment, today, onChange } = props;
  const days = trpc.telemetry.byDay.useQuery(chartInput(query, environment, today), {
    placeholderData: keepPreviousData,
  });
  if (describeError(days.error).code === "permission_denied") {
    return (
      <>
        <PageHeader {...HEADING} />
        <NotAllowed nouns="telemetry" ask={whomToAsk("team:manage")} />
      </>
    );
  }
  return (
    <>
      <PageHeader {...HEADING} actions={<ExportTelemetry {...props} />} />
      <TelemetryFilters query={query} environment={environment} today={today} onChange={onChange} />
      {days.error ? (
        <ErrorNotice error={days.error} onRetry={() => days.refetch()} className="mb-4" />
      ) : (
        <Card aria-label="Events per day" className="mb-4">
          <TelemetryStats days={days.data} />
          <CardContent>
            {days.data ? (
              <TelemetryChart
                days={days.data}
                stale={days.isPlaceholderData}
                onSelectDays={(from, to) => onChange({ from, to })}
              />
            ) : (
              <ColumnChartSkeleton />
            )}
          </CardContent>
        </Card>
      )}
      <TelemetryList {...props} />
    </>
  );
}

/** Holds the place of the page while the server draws it. */
export function TelemetrySkeleton() {
  return (
    <>
      <PageHeader {...HEADING} />
      <div className="mb-3 h-8" />
      <Card className="mb-4">
        <TelemetryStats days={undefined} />
        <CardContent>
          <ColumnChartSkeleton />
        </CardContent>
      </Card>
      <TableSkeleton label="Events" columns={TELEMETRY_COLUMNS} />
    </>
  );
}
