import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import {
  DEFAULT_REQUEST_PERIOD,
  type ExportFormat,
  type ListRequestsInput,
  type RequestFilter,
  type RequestFilterInput,
} from "@/contracts/request-queries";

/** What the address bar says about the log; the environment comes from the top bar. */
export type LogQuery = Omit<RequestFilter, "environment" | "requestId" | "text"> & {
  request: Id<"req"> | null;
  search: string;
  pageSize: NonNullable<ListRequestsInput["pageSize"]>;
  cursor: string | null;
};

/** What narrows the log, the time included, apart from the environment. */
export const NO_LOG_FILTERS = {
  period: DEFAULT_REQUEST_PERIOD,
  from: null,
  to: null,
  levels: [],
  statuses: [],
  codes: [],
  methods: [],
  route: null,
  key: null,
  customer: null,
  address: null,
  request: null,
  search: "",
} satisfies Omit<LogQuery, "pageSize" | "cursor">;

/** The filter as procedures take it: the server's prefetch and the browser's query must build the very same. */
export function logFilter(query: LogQuery, environment: Environment | null): RequestFilterInput {
  const { request, search, pageSize: _pageSize, cursor: _cursor, ...filter } = query;
  return { ...filter, environment, requestId: request, text: search };
}

/** Input of `requests.list`. */
export function logListInput(query: LogQuery, environment: Environment | null): ListRequestsInput {
  return { ...logFilter(query, environment), pageSize: query.pageSize, cursor: query.cursor };
}

/** Whether anything but environment and time keeps calls out of the list. */
export function isNarrowed(query: LogQuery): boolean {
  const { levels, statuses, codes, methods, route, key, customer, address, request, search } = query;
  const lists = [levels, statuses, codes, methods];
  return (
    lists.some((list) => list.length > 0) ||
    [route, key, customer, address, request].some((one) => one !== null) ||
    search !== ""
  );
}

/** Where the calls of a filter can be fetched as a file. */
export function exportHref(filter: RequestFilterInput, format: ExportFormat): string {
  return `/api/requests/export?${new URLSearchParams({ format, input: JSON.stringify(filter) })}`;
}
