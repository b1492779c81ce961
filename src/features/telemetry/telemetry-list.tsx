"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { DataTable } from "@/components/data-table";
import { ErrorNotice } from "@/components/error-notice";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { useNarrow } from "@/lib/use-narrow";
import { trpc } from "@/trpc/client";
import { EventSheet } from "./event-sheet";
import { NARROW_TELEMETRY_COLUMNS, TELEMETRY_COLUMNS } from "./telemetry-columns";
import { NoEvents } from "./telemetry-empty";
import { type TelemetryQuery, telemetryListInput } from "./telemetry-query";

interface TelemetryListProps {
  query: TelemetryQuery;
  environment: Environment | null;
  today: string;
  /** The address of this very page with an event open. */
  eventHref: (event: Id<"evt">) => string;
  onChange: (patch: Partial<TelemetryQuery>) => void;
}

/** The events of the days shown, or those that the filters let through, the latest received first. */
export function TelemetryList({ query, environment, today, eventHref, onChange }: TelemetryListProps) {
  const narrow = useNarrow();
  const list = trpc.telemetry.list.useQuery(telemetryListInput(query, environment, today), {
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.data ?? [];
  // A cursor from an old bookmark may be what is wrong; without it the list can be asked for again.
  const retry = () => (query.cursor === null ? void list.refetch() : onChange({ cursor: null }));
  if (list.error && !list.data) return <ErrorNotice error={list.error} onRetry={retry} />;
  return (
    <>
      {list.error && <ErrorNotice error={list.error} onRetry={retry} className="mb-3" />}
      <DataTable
        label="Events"
        columns={narrow ? NARROW_TELEMETRY_COLUMNS : TELEMETRY_COLUMNS}
        rows={rows}
        rowKey={({ id }) => id}
        rowHref={({ id }) => eventHref(id)}
        onRowOpen={({ id }) => onChange({ event: id })}
        loading={list.isPending}
        stale={list.isPlaceholderData}
        empty={<NoEvents query={query} environment={environment} onChange={onChange} />}
        paging={{
          pageSize: query.pageSize,
          onPageSizeChange: (pageSize) => onChange({ pageSize }),
          previousCursor: list.data?.previousCursor ?? null,
          nextCursor: list.data?.nextCursor ?? null,
          onCursorChange: (cursor) => onChange({ cursor }),
        }}
      />
      <EventSheet
        event={rows.find(({ id }) => id === query.event) ?? null}
        onClose={() => onChange({ event: null })}
      />
    </>
  );
}
