"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { PagedTable } from "@/components/paged-table";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { useIsMobile } from "@/lib/use-is-mobile";
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
  const narrow = useIsMobile();
  const list = trpc.telemetry.list.useQuery(telemetryListInput(query, environment, today), {
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PagedTable
        label="Events"
        columns={narrow ? NARROW_TELEMETRY_COLUMNS : TELEMETRY_COLUMNS}
        list={list}
        query={query}
        onChange={onChange}
        nouns="events"
        rowKey={({ id }) => id}
        rowHref={({ id }) => eventHref(id)}
        onRowOpen={({ id }) => onChange({ event: id })}
        empty={<NoEvents query={query} environment={environment} onChange={onChange} />}
      />
      <EventSheet
        event={list.data?.data.find(({ id }) => id === query.event) ?? null}
        onClose={() => onChange({ event: null })}
      />
    </>
  );
}
