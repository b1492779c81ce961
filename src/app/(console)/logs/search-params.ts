import {
  createLoader,
  parseAsArrayOf,
  parseAsBoolean,
  parseAsNumberLiteral,
  parseAsStringLiteral,
} from "nuqs/server";
import { DEFAULT_PAGE_SIZE, PAGE_SIZES } from "@/contracts/lists";
import { PROBLEM_CODES } from "@/contracts/problems";
import {
  DEFAULT_REQUEST_PERIOD,
  listRequestsSchema,
  REQUEST_METHODS,
  REQUEST_PERIOD_NAMES,
  requestRowSchema,
  STATUS_CLASSES,
} from "@/contracts/request-queries";
import { REQUEST_LEVELS } from "@/contracts/requests";
import { parseAsText } from "@/lib/parse-as-text";

const { from, to, route, key, customer, address, requestId, text, cursor } = listRequestsSchema.shape;

/** State of the log in the address bar, parsed alike by the server's first paint and by the browser. */
export const logParsers = {
  period: parseAsStringLiteral(REQUEST_PERIOD_NAMES).withDefault(DEFAULT_REQUEST_PERIOD),
  from: parseAsText(from.unwrap().unwrap()),
  to: parseAsText(to.unwrap().unwrap()),
  levels: parseAsArrayOf(parseAsStringLiteral(REQUEST_LEVELS)).withDefault([]),
  statuses: parseAsArrayOf(parseAsStringLiteral(STATUS_CLASSES)).withDefault([]),
  codes: parseAsArrayOf(parseAsStringLiteral(PROBLEM_CODES)).withDefault([]),
  methods: parseAsArrayOf(parseAsStringLiteral(REQUEST_METHODS)).withDefault([]),
  route: parseAsText(route.unwrap().unwrap()),
  key: parseAsText(key.unwrap().unwrap()),
  customer: parseAsText(customer.unwrap().unwrap()),
  address: parseAsText(address.unwrap().unwrap()),
  request: parseAsText(requestId.unwrap().unwrap()),
  search: parseAsText(text.unwrap()).withDefault(""),
  pageSize: parseAsNumberLiteral(PAGE_SIZES).withDefault(DEFAULT_PAGE_SIZE),
  cursor: parseAsText(cursor.unwrap().unwrap()),
};

/** Reads the log's state on the server. */
export const loadLogQuery = createLoader(logParsers);

/** What is beside the list: the call whose sheet is open, and whether new calls come in by themselves. */
export const logViewParsers = {
  row: parseAsText(requestRowSchema),
  live: parseAsBoolean.withDefault(false),
};

export const loadLogView = createLoader(logViewParsers);
