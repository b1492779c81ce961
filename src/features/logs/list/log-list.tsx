"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { ArrowUp, Logs } from "lucide-react";
import { parseAsBoolean, useQueryState } from "nuqs";
import { type ReactNode, type RefObject, useRef } from "react";
import { ColumnChartSkeleton } from "@/components/column-chart";
import { DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { NotAllowed, NothingHere, NothingMatches } from "@/components/list-empty";
import { TableSkeleton } from "@/components/list-skeleton";
import { PageHeader } from "@/components/page-header";
import { useTimeZone } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { Card, CardContent } from "@/components/ui/card";
import { requestRowName } from "@/contracts/request-queries";
import { whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { useListState } from "@/lib/use-list-state";
import { count, inEnvironment } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { LOG_COLUMNS, NARROW_LOG_COLUMNS } from "../log-columns";
import { type LogListState, logFilter, logList } from "../log-list-state";
import { timeWords } from "../time-words";
import { LogFilterBar } from "./log-filters";
import { LogHistogram } from "./log-histogram";
import { type LiveCalls, mergeCalls, useLiveCalls } from "./use-live-calls";

/** The log's state. While it is `live` new calls come in by themselves. */
export function useLogList() {
  const list = useListState(logList);
  const [live, setLive] = useQueryState("live", parseAsBoolean.withDefault(false));
  const change: LogListState["change"] = (patch, history) => {
    list.change(patch, history);
    // A page further on, or a time that has an end, is not where calls come in.
    if (patch.cursor || patch.from || patch.to) void setLive(false);
  };
  return {
    ...list,
    change,
    clear: () => change(logList.empty),
    live,
    setLive: (on: boolean) => {
      if (on) change({ cursor: null, from: null, to: null });
      void setLive(on);
    },
  };
}

interface LogListProps {
  list: ReturnType<typeof useLogList>;
  /** Narrow the list to a key and to a customer. */
  otherFilters: ReactNode;
  /** Address of the page with a call open. */
  hrefOf: (row: string) => string;
  onOpen: (row: string) => void;
}

/** The log, or what the filters let through of it: chart, and calls newest first. */
export function LogList({ list, otherFilters, hrefOf, onOpen }: LogListProps) {
  const { state, input, live, change } = list;
  const page = trpc.requests.list.useQuery(input, { placeholderData: keepPreviousData });
  // What was read before stays; but with nothing read, a failure must not look like an empty list.
  const isShown = page.data !== undefined || !page.error;
  const top = useRef<HTMLDivElement>(null);
  const arriving = useLiveCalls(logFilter(input), live && isShown, top);
  const found = page.data?.data;
  const rows = live && found ? mergeCalls(arriving.rows, found) : found;
  // A cursor from an old bookmark may be what is wrong; without it the list can be asked for again.
  const retry = () => (state.cursor === null ? void page.refetch() : change({ cursor: null }));
  const zoom = (from: string, to: string) => change({ from, to }, "push");
  if (describeError(page.error).code === "permission_denied")
    return <NotAllowed nouns="the log" ask={whomToAsk("team:manage")} />;
  const paging = {
    previousCursor: page.data?.previousCursor ?? null,
    nextCursor: page.data?.nextCursor ?? null,
    limit: state.limit,
    onLimitChange: (limit: typeof state.limit) => change({ limit }),
    onCursorChange: (cursor: string | null) => change({ cursor }),
  };
  return (
    <>
      <LogFilterBar list={list} otherFilters={otherFilters} rows={rows} />
      {state.requestId === null && <LogHistogram filter={logFilter(input)} live={live} onZoom={zoom} />}
      {page.error && <ErrorNotice error={page.error} onRetry={retry} className="mb-3" />}
      <div ref={top} />
      {isShown && <LiveNotice live={live} arriving={arriving} top={top} />}
      {isShown && (
        <DataTable
          label="Calls"
          columns={LOG_COLUMNS}
          narrowColumns={NARROW_LOG_COLUMNS}
          rows={rows ?? []}
          rowKey={({ rowId }) => rowId}
          rowHref={(call) => hrefOf(requestRowName(call))}
          onRowOpen={(call) => onOpen(requestRowName(call))}
          loading={page.isPending}
          stale={page.isPlaceholderData}
          empty={<Empty list={list} />}
          paging={live ? undefined : paging}
        />
      )}
    </>
  );
}

interface LiveNoticeProps {
  live: boolean;
  arriving: LiveCalls;
  /** Above the newest call. */
  top: RefObject<HTMLDivElement | null>;
}

/** That new calls wait above what is read, or cannot be read. */
function LiveNotice({ live, arriving, top }: LiveNoticeProps) {
  return (
    <>
      {live && arriving.error ? (
        <ErrorNotice
          error={arriving.error}
          message="New calls cannot be read now. Trying again."
          className="mb-3"
        />
      ) : null}
      {arriving.waiting > 0 && (
        <Button
          variant="primary"
          size="sm"
          onClick={() => top.current?.scrollIntoView({ block: "center" })}
          className="-translate-x-1/2 fixed bottom-5 left-1/2 z-30 shadow-overlay"
        >
          <ArrowUp aria-hidden />
          {count(arriving.waiting, "new call")}
        </Button>
      )}
    </>
  );
}

/** Why there are no rows: the page has run dry, the filters let nothing through, or there was nothing at this time. */
function Empty({ list }: { list: LogListState }) {
  const timeZone = useTimeZone();
  const { state, environment, isFiltered, change, clear } = list;
  if (state.cursor !== null)
    return <NothingHere nouns="calls" onFirstPage={() => change({ cursor: null })} />;
  const time = timeWords(state, timeZone);
  if (isFiltered) {
    // A request id names its call, whenever that was.
    const hint = state.requestId === null ? `The time is: ${time}. A longer one may have some.` : undefined;
    return <NothingMatches noun="call" hint={hint} onClear={clear} />;
  }
  const custom = state.from !== null || state.to !== null;
  const longest = !custom && state.period === "30d";
  return (
    <EmptyState
      icon={Logs}
      title={`No calls${inEnvironment(environment)} (${time})`}
      text="Every call to the public API stands here within a second, admitted or refused. GET /key with an API key is the quickest one to make."
      action={
        !longest && (
          <Button onClick={() => change({ period: "30d", from: null, to: null }, "push")}>
            Show the last 30 days
          </Button>
        )
      }
    />
  );
}

/** The head of the log's page. */
export const LOGS_HEADING = { title: "Logs", sub: "Every call to the public API, admitted or refused." };

/** Holds the place of the log while the server draws it. */
export function LogListSkeleton() {
  return (
    <>
      <PageHeader {...LOGS_HEADING} />
      <div className="mb-3 h-18" />
      <Card className="mb-3">
        <CardContent>
          <ColumnChartSkeleton />
        </CardContent>
      </Card>
      <TableSkeleton label="Calls" columns={LOG_COLUMNS} narrowColumns={NARROW_LOG_COLUMNS} />
    </>
  );
}
