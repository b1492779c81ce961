"use client";

import { type DataTableColumn, TIGHT } from "@/components/data-table";
import type { RequestView } from "@/contracts/requests";
import {
  DurationCell,
  EnvironmentCell,
  KeyCell,
  LevelCell,
  NarrowCallCell,
  PathCell,
  StatusBadge,
  TimeCell,
} from "../log-cells";

type Column = DataTableColumn<RequestView>;

const TIME: Column = {
  id: "at",
  header: "Time (UTC)",
  className: TIGHT,
  cell: (call) => <TimeCell value={call} />,
};
const LEVEL: Column = {
  id: "level",
  header: "Level",
  className: TIGHT,
  cell: ({ level }) => <LevelCell value={level} />,
};
const CALL: readonly Column[] = [
  {
    id: "method",
    header: "Method",
    className: TIGHT,
    cell: ({ method }) => <span className="mono">{method}</span>,
  },
  { id: "path", header: "Path", link: true, className: TIGHT, cell: (call) => <PathCell value={call} /> },
  { id: "status", header: "Status", className: TIGHT, cell: (call) => <StatusBadge value={call} /> },
  {
    id: "duration",
    header: "Duration",
    className: `${TIGHT} text-right`,
    cell: ({ durationMs }) => <DurationCell value={durationMs} />,
  },
];
const KEY: Column = {
  id: "key",
  header: "Key",
  className: TIGHT,
  cell: ({ key }) => <KeyCell value={key} />,
};
/** The columns of the log. */
export const LOG_COLUMNS: readonly Column[] = [
  TIME,
  LEVEL,
  ...CALL,
  KEY,
  {
    id: "environment",
    header: "Environment",
    className: TIGHT,
    cell: (call) => <EnvironmentCell value={call} />,
  },
  {
    id: "address",
    header: "Address",
    className: TIGHT,
    cell: ({ address }) => <span className="mono text-ink-2">{address}</span>,
  },
];

/** For the page of one key, beside other things: neither the key nor its environment. */
export const KEY_CALL_COLUMNS: readonly Column[] = [TIME, ...CALL];

/** For the page of one customer. */
export const CUSTOMER_CALL_COLUMNS: readonly Column[] = [TIME, ...CALL, KEY];

/** On a phone: the call in one column, and when. */
export const NARROW_LOG_COLUMNS: readonly Column[] = [
  {
    id: "call",
    header: "Call",
    link: true,
    // May shrink, so that the table is as wide as the screen and the path is what gets cut.
    className: "w-full max-w-0",
    cell: (call) => <NarrowCallCell value={call} />,
  },
  { ...TIME, header: "Time" },
];
