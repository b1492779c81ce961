import type { Id } from "@/contracts/ids";
import type { ExportFormat } from "@/contracts/request-queries";
import { listRequestsSchema, type RequestFilterInput } from "@/contracts/schemas/request-queries";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

/** The log of calls, in the address bar. */
export const logList = defineListState(listRequestsSchema, {
  filters: [
    "search",
    "levels",
    "statuses",
    "codes",
    "methods",
    "route",
    "keyId",
    "customerId",
    "address",
    "requestId",
  ],
  kept: ["period", "from", "to"],
});

export type LogListState = ListStateOf<typeof logList>;

/** The filter alone, as chart, export and live calls take it. */
export function logFilter(input: LogListState["input"]): RequestFilterInput {
  const { limit: _limit, cursor: _cursor, ...filter } = input;
  return filter;
}

/** Where the calls of a filter can be fetched as a file. */
export function exportHref(filter: RequestFilterInput, format: ExportFormat): string {
  return `/api/requests/export?${new URLSearchParams({ format, input: JSON.stringify(filter) })}`;
}

/** Whose calls: of one key, or about one customer. */
export type CallsOf = { keyId: Id<"key"> } | { customerId: Id<"cus"> };

/** What the calls of a detail page are asked with, on the server and in the browser alike. */
export function recentCallsInput(of: CallsOf) {
  return { ...of, period: "30d", limit: 10 } as const;
}

/** The log's page with the same calls. */
export function callsHref(of: CallsOf): string {
  return `/logs?${new URLSearchParams({ ...of, period: "30d", env: "all" })}`;
}
