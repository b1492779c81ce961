import { isIpAddress } from "@/contracts/hosts";
import type { Id } from "@/contracts/ids";
import { PROBLEM_CODES } from "@/contracts/problems";
import {
  DEFAULT_REQUEST_PERIOD,
  type ExportFormat,
  NO_KEY,
  REQUEST_METHODS,
  REQUEST_PERIOD_NAMES,
  REQUEST_ROW,
  STATUS_CLASSES,
} from "@/contracts/request-queries";
import { REQUEST_LEVELS } from "@/contracts/requests";
import type { RequestFilterInput } from "@/contracts/schemas/request-queries";
import { isTimestamp } from "@/contracts/times";
import {
  idOf,
  oneOf,
  optional,
  orElse,
  type ReadAddress,
  someOf,
  textOf,
  textThat,
} from "@/lib/address-field";
import { defineListState } from "@/lib/list-state";
import type { ListStateOf } from "@/lib/use-list-state";

const readKeyId = idOf("key");

/** Calls of which key, or of none that is known. */
export const readKeyOrNone: ReadAddress<Id<"key"> | typeof NO_KEY> = (text) =>
  text === NO_KEY ? text : readKeyId(text);

/** Which call is open, by its row. */
export const readRow = textThat((text) => REQUEST_ROW.test(text));

/** The log of calls, in the address bar. */
export const logList = defineListState({
  filters: {
    search: orElse(textOf(0, 100), ""),
    levels: someOf(REQUEST_LEVELS),
    statuses: someOf(STATUS_CLASSES),
    codes: someOf(PROBLEM_CODES),
    methods: someOf(REQUEST_METHODS),
    route: optional(textOf(1, 200)),
    keyId: optional(readKeyOrNone),
    customerId: optional(idOf("cus")),
    address: optional(textThat(isIpAddress)),
    requestId: optional(idOf("req")),
  },
  kept: {
    period: orElse(oneOf(REQUEST_PERIOD_NAMES), DEFAULT_REQUEST_PERIOD),
    from: optional(textThat(isTimestamp)),
    to: optional(textThat(isTimestamp)),
  },
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
