"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { ArrowUp } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { DataTable } from "@/components/data-table";
import { ErrorNotice } from "@/components/error-notice";
import { NotAllowed, NothingHere, NothingMatches } from "@/components/list-empty";
import { Button } from "@/components/ui/button";
import type { Environment } from "@/contracts/environments";
import { requestRowName } from "@/contracts/request-queries";
import type { RequestView } from "@/contracts/requests";
import { whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import { useIsMobile } from "@/lib/use-is-mobile";
import { count } from "@/lib/words";
import { trpc } from "@/trpc/client";
import { timeWords } from "../time-words";
import { LOG_COLUMNS, NARROW_LOG_COLUMNS } from "./log-columns";
import { LogFilterBar } from "./log-filters";
import { LogHistogram } from "./log-histogram";
import { NothingYet } from "./log-list-empty";
import { isNarrowed, type LogQuery, logFilter, logListInput, NO_LOG_FILTERS } from "./log-query";
import { mergeCalls, useLiveCalls } from "./use-live-calls";

interface LogListProps {
  query: LogQuery;
  environment: Environment | null;
  live: boolean;
  /** Narrow the list to a key and to a customer. */
  otherFilters: ReactNode;
  /** Changes part of the query. Whoever holds the query starts again at the first page, unless a cursor is given. */
  onChange: (patch: Partial<LogQuery>) => void;
  /** Address of the page with a call open. */
  hrefOf: (row: string) => string;
  onOpen: (row: string) => void;
}

/** The log, or what the filters let through of it: chart, and calls newest first. */
export function LogList(props: LogListProps) {
  const { query, environment, live, otherFilters, onChange } = props;
  const list = trpc.requests.list.useQuery(logListInput(query, environment), {
    placeholderData: keepPreviousData,
  });
  // A cursor from an old bookmark may be what is wrong; without it the list can be asked for again.
  const retry = () => (query.cursor === null ? void list.refetch() : onChange({ cursor: null }));
  const zoom = (from: string, to: string) => onChange({ from, to });
  if (describeError(list.error).code === "permission_denied")
    return <NotAllowed nouns="the log" ask={whomToAsk("team:manage")} />;
  return (
    <>
      <LogFilterBar
        query={query}
        environment={environment}
        otherFilters={otherFilters}
        clearable={(list.data?.data.length ?? 0) > 0}
        onChange={onChange}
      />
      {query.request === null && (
        <LogHistogram filter={logFilter(query, environment)} live={live} onZoom={zoom} />
      )}
      {list.error && <ErrorNotice error={list.error} onRetry={retry} className="mb-3" />}
      {(list.data || !list.error) && (
        <Calls
          {...props}
          found={list.data?.data ?? []}
          cursors={list.data ?? { previousCursor: null, nextCursor: null }}
          loading={list.isPending}
          stale={list.isPlaceholderData}
        />
      )}
    </>
  );
}

interface CallsProps extends LogListProps {
  /** The page that was asked for. */
  found: readonly RequestView[];
  cursors: { previousCursor: string | null; nextCursor: string | null };
  loading: boolean;
  stale: boolean;
}

function Calls({
  query,
  environment,
  live,
  onChange,
  hrefOf,
  onOpen,
  found,
  cursors,
  loading,
  stale,
}: CallsProps) {
  const narrow = useIsMobile();
  const top = useRef<HTMLDivElement>(null);
  const arriving = useLiveCalls(logFilter(query, environment), live, top);
  const rows = live ? mergeCalls(arriving.rows, found) : found;
  return (
    <>
      <div ref={top} />
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
      <DataTable
        label="Calls"
        columns={narrow ? NARROW_LOG_COLUMNS : LOG_COLUMNS}
        rows={rows}
        rowKey={({ rowId }) => rowId}
        rowHref={(call) => hrefOf(requestRowName(call))}
        onRowOpen={(call) => onOpen(requestRowName(call))}
        loading={loading}
        stale={stale}
        empty={<Empty query={query} environment={environment} onChange={onChange} />}
        paging={
          live
            ? undefined
            : {
                ...cursors,
                pageSize: query.pageSize,
                onPageSizeChange: (pageSize) => onChange({ pageSize }),
                onCursorChange: (cursor) => onChange({ cursor }),
              }
        }
      />
    </>
  );
}

/** Why there are no rows: the page has run dry, the filters let nothing through, or there was nothing at this time. */
function Empty({ query, environment, onChange }: Pick<LogListProps, "query" | "environment" | "onChange">) {
  if (query.cursor !== null)
    return <NothingHere nouns="calls" onFirstPage={() => onChange({ cursor: null })} />;
  const time = query.request === null ? timeWords(query) : "whenever";
  if (isNarrowed(query))
    return (
      <NothingMatches
        noun="call"
        hint={`The time is: ${time}. A longer one may have some.`}
        onClear={() => onChange(NO_LOG_FILTERS)}
      />
    );
  const custom = query.from !== null || query.to !== null;
  const longest = !custom && query.period === "30d";
  const longer = () => onChange({ period: "30d", from: null, to: null });
  return <NothingYet environment={environment} time={time} onLonger={longest ? null : longer} />;
}
