"use client";

import type { DataTableColumn } from "@/components/data-table-columns";
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
  cell: (call) => <TimeCell value={call} />,
};
const LEVEL: Column = {
  id: "level",
  header: "Level",
  from: 860,
  cell: ({ level }) => <LevelCell value={level} />,
};
const CALL: readonly Column[] = [
  {
    id: "method",
    header: "Method",
    cell: ({ method }) => <span className="mono">{method}</span>,
  },
  { id: "path", header: "Path", link: true, grow: true, cell: (call) => <PathCell value={call} /> },
  { id: "status", header: "Status", cell: (call) => <StatusBadge value={call} /> },
  {
    id: "duration",
    header: "Duration",
    from: 560,
    className: "text-right",
    cell: ({ durationMs }) => <DurationCell value={durationMs} />,
  },
];
const KEY: Column = {
  id: "key",
  header: "Key",
  from: 720,
  cell: ({ key }) => <KeyCell value={key} />,
};
/** The columns of the log. */
export const LOG_COLUMNS: readonly Column[] = [
  TIME,
  LEVEL,
  ...CALL,
  KEY,
  {
    id: "address",
    header: "Address",
    from: 1060,
    cell: ({ address }) => (
      <span className="mono block max-w-32 truncate text-ink-2" title={address ?? undefined}>
        {address}
      </span>
    ),
  },
  {
    id: "environment",
    header: "Environment",
    cell: (call) => <EnvironmentCell value={call} />,
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
    grow: true,
    cell: (call) => <NarrowCallCell value={call} />,
  },
  { ...TIME, header: "Time" },
];
