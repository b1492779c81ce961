"use client";

import { Logs } from "lucide-react";
import { DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { ListSection } from "@/components/list-section";
import { useMay } from "@/components/session-context";
import { requestRowName } from "@/contracts/request-queries";
import { trpc } from "@/trpc/client";
import { CUSTOMER_CALL_COLUMNS, KEY_CALL_COLUMNS, NARROW_LOG_COLUMNS } from "./log-columns";
import { type CallsOf, callsHref, recentCallsInput } from "./log-list-state";

/** How old the calls may get while somebody watches. */
const REFRESH_MS = 10_000;

/** The last ten calls of a key, or about a customer, for its page. Absent for those who may not read the log. */
export function RecentCalls(of: CallsOf) {
  const mayRead = useMay("requests:read");
  const calls = trpc.requests.list.useQuery(recentCallsInput(of), {
    enabled: mayRead,
    refetchInterval: REFRESH_MS,
  });
  if (!mayRead) return null;
  const rows = calls.data?.data ?? [];
  const columns = "keyId" in of ? KEY_CALL_COLUMNS : CUSTOMER_CALL_COLUMNS;
  return (
    <ListSection
      title="Last calls"
      page={calls}
      all={rows.length > 0 ? { href: callsHref(of), label: "All calls" } : null}
    >
      <DataTable
        label="Last calls"
        columns={columns}
        narrowColumns={NARROW_LOG_COLUMNS}
        rows={rows}
        rowKey={({ rowId }) => rowId}
        rowHref={(call) => `${callsHref(of)}&row=${requestRowName(call)}`}
        loading={calls.isPending}
        empty={
          <EmptyState
            icon={Logs}
            title="No calls in the last 30 days"
            text="Each call stands here within a second, admitted or refused."
          />
        }
      />
    </ListSection>
  );
}
