"use client";

import { Pause, Play } from "lucide-react";
import { ExportMenu } from "@/components/export-menu";
import { onDemand } from "@/components/on-demand";
import { PageHeader } from "@/components/page-header";
import { Button } from "@/components/ui/button";
import { CustomerFilter } from "@/features/customers/customer-filter";
import { KeyFilter } from "@/features/keys/key-filter";
import { LOGS_HEADING, LogList, useLogList } from "@/features/logs/list/log-list";
import { exportHref, logFilter, readRow } from "@/features/logs/log-list-state";
import { ReducedLog } from "@/features/logs/reduced-log";
import { useOpenRow } from "@/lib/use-open-row";

const RequestSheet = onDemand(() =>
  import("@/features/logs/sheet/request-sheet").then((module) => module.RequestSheet),
);

/** The log, and the sheet of the call that is open. */
export function LogsPage() {
  const list = useLogList();
  const { live, setLive } = list;
  const call = useOpenRow("row", readRow);
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
              hrefOf={(format) => exportHref(logFilter(list.input), format)}
            />
          </>
        }
      />
      <ReducedLog />
      <LogList
        list={list}
        otherFilters={
          <>
            <KeyFilter list={list} />
            <CustomerFilter list={list} />
          </>
        }
        hrefOf={call.hrefOf}
        onOpen={call.show}
      />
      {call.open && <RequestSheet row={call.open} onClose={call.close} />}
    </>
  );
}
