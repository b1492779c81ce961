"use client";

import { Activity } from "lucide-react";
import { EmptyState } from "@/components/empty-state";
import { Link } from "@/components/link";
import { NothingMatches } from "@/components/list-empty";
import { onDemand } from "@/components/on-demand";
import { PagedTable, type PageQuery } from "@/components/paged-table";
import { useMay } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import type { Id } from "@/contracts/ids";
import type { TelemetryEventView } from "@/contracts/telemetry";
import type { useOpenRow } from "@/lib/use-open-row";
import { inEnvironment } from "@/lib/words";
import { NARROW_TELEMETRY_COLUMNS, TELEMETRY_COLUMNS } from "./telemetry-columns";
import type { TelemetryListState } from "./telemetry-list-state";

const EventSheet = onDemand(() => import("./event-sheet").then((module) => module.EventSheet));

interface TelemetryListProps {
  list: TelemetryListState;
  /** The page of it that was asked for. */
  page: PageQuery<TelemetryEventView>;
  /** The one whose payload is open. */
  event: ReturnType<typeof useOpenRow<Id<"evt">>>;
}

/** The events of the days shown, or those that the filters let through, the latest received first. */
export function TelemetryList({ list, page, event }: TelemetryListProps) {
  const open = page.data?.data.find(({ id }) => id === event.open);
  return (
    <>
      <PagedTable
        label="Events"
        columns={TELEMETRY_COLUMNS}
        narrowColumns={NARROW_TELEMETRY_COLUMNS}
        list={list}
        page={page}
        noun="event"
        rowKey={({ id }) => id}
        rowHref={({ id }) => event.hrefOf(id)}
        onRowOpen={({ id }) => event.show(id)}
        empty={<NoEvents list={list} />}
        noMatch={<NothingMatches noun="event" hint="Other days may have some." onClear={list.clear} />}
      />
      {open && <EventSheet event={open} onClose={event.close} />}
    </>
  );
}

/** There is nothing in these days. */
function NoEvents({ list: { state, environment, change } }: Pick<TelemetryListProps, "list">) {
  const mayCreate = useMay("keys:manage");
  return (
    <EmptyState
      icon={Activity}
      title={`No events${inEnvironment(environment)} in these days`}
      text="An integration with Telemetry Write sends them. Of days long past the figures are kept, the events are not."
      action={
        state.from === null ? (
          mayCreate && (
            <Button asChild>
              <Link href="/api-keys?create=1">Create a key for it</Link>
            </Button>
          )
        ) : (
          <Button onClick={() => change({ from: null, to: null }, "push")}>Back to the latest days</Button>
        )
      }
    />
  );
}
