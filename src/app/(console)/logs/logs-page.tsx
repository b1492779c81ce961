"use client";

import { Pause, Play } from "lucide-react";
import { usePathname, useSearchParams } from "next/navigation";
import { useEnvironment } from "@/components/environment-context";
import { ExportMenu } from "@/components/export-menu";
import { PageHeader } from "@/components/page-header";
import { Button } from "@/components/ui/button";
import { CustomerFilter } from "@/features/customers/customer-filter";
import { KeyFilter } from "@/features/keys/key-filter";
import { LogList } from "@/features/logs/list/log-list";
import { LOGS_HEADING } from "@/features/logs/list/log-list-skeleton";
import { exportHref, type LogQuery, logFilter } from "@/features/logs/list/log-query";
import { ReducedLog } from "@/features/logs/reduced-log";
import { RequestSheet } from "@/features/logs/sheet/request-sheet";
import { useAddressState } from "@/lib/use-address-state";
import { logParsers, logViewParsers } from "./search-params";

/** The log with its state in the address bar, and the sheet of the call that is open. */
export function LogsPage() {
  const environment = useEnvironment();
  const [query, setQuery] = useAddressState(logParsers);
  const [{ row, live }, setView] = useAddressState(logViewParsers);
  const hrefOf = useHrefOf();
  const change = (patch: Partial<LogQuery>) => {
    // Pages and times are places to come back to; the steps of narrowing a list are not. A cursor is a position in one
    // list only, and new calls come in at the first page.
    const history = patch.cursor === undefined && patch.from === undefined ? "replace" : "push";
    void setQuery({ cursor: null, ...patch }, { history });
    // A page further on, or a time that has an end, is not where calls come in.
    if (patch.cursor || patch.from || patch.to) void setView({ live: false });
  };
  const setLive = (on: boolean) => {
    if (on) change({ cursor: null, from: null, to: null });
    void setView({ live: on });
  };
  return (
    <>
      <PageHeader
        {...LOGS_HEADING}
        actions={
          <>
            <Button aria-pressed={live} variant={live ? "primary" : "outline"} onClick={() => setLive(!live)}>
              {live ? <Pause aria-hidden /> : <Play aria-hidden />}
              Live
            </Button>
            <ExportMenu
              what="All calls that the filters let through"
              ndjson="with headers and bodies"
              hrefOf={(format) => exportHref(logFilter(query, environment), format)}
            />
          </>
        }
      />
      <ReducedLog />
      <LogList
        query={query}
        environment={environment}
        live={live}
        otherFilters={
          <>
            <KeyFilter value={query.key} environment={environment} onChange={(key) => change({ key })} />
            <CustomerFilter
              value={query.customer}
              environment={environment}
              onChange={(customer) => change({ customer })}
            />
          </>
        }
        onChange={change}
        hrefOf={hrefOf}
        onOpen={(row) => void setView({ row }, { history: "push" })}
      />
      <RequestSheet row={row} onClose={() => void setView({ row: null })} />
    </>
  );
}

/** Address of this page, as it is filtered, with a call open. */
function useHrefOf() {
  const pathname = usePathname();
  const search = useSearchParams();
  return (row: string) => {
    const next = new URLSearchParams(search);
    next.set("row", row);
    return `${pathname}?${next}`;
  };
}
