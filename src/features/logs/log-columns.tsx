"use client";

import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { Badge, type BadgeTone } from "@/components/badge";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Link } from "@/components/link";
import { useTimeZone } from "@/components/session-context";
import { Timestamp } from "@/components/timestamp";
import type { RequestLevel, RequestView } from "@/contracts/requests";
import { cn } from "@/lib/cn";
import { durationText } from "@/lib/duration";
import { zoneName } from "@/lib/zoned-time";
import { BASE } from "./explain/explain-query";

type Column = DataTableColumn<RequestView>;

const TIME: Column = {
  id: "at",
  header: <TimeHeading />,
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
  { id: "status", header: "Status", cell: (call) => <StatusBadge request={call} /> },
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
    cell: (call) => <EnvironmentBadge value={call.environment} />,
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
    placeholderClassName: "h-12.25",
    cell: (call) => <NarrowCallCell value={call} />,
  },
  { ...TIME, header: "Time" },
];

/** How each level is called and drawn. */
export const LEVELS = {
  info: { label: "Info", icon: Info, className: "text-ink-3" },
  warning: { label: "Warning", icon: TriangleAlert, className: "text-warn" },
  error: { label: "Error", icon: CircleAlert, className: "text-bad" },
} as const satisfies Record<RequestLevel, unknown>;

/** How much a call needs looking at. */
export function LevelCell({ value }: { value: RequestLevel }) {
  const { label, icon: Icon, className } = LEVELS[value];
  return (
    <span className={cn("flex items-center gap-1.5 whitespace-nowrap", className)}>
      <Icon aria-hidden className="size-3.5 shrink-0" />
      {label}
    </span>
  );
}

/** The colour of a status. */
export function statusTone(status: number): BadgeTone {
  if (status < 400) return "ok";
  // Over a limit is what limits are for; the caller comes back later.
  return status === 429 ? "warn" : "bad";
}

/** Status of the answer, with the code of its problem where there is room. */
export function StatusBadge({ request, long = false }: { request: RequestView; long?: boolean }) {
  return (
    <Badge tone={statusTone(request.status)} className="tabular-nums">
      {request.status}
      {long && request.code && <span>{request.code}</span>}
    </Badge>
  );
}

/** The path below the environment's base, as the environment has a column of its own. What does not fit is cut; the whole is shown when rested on. */
export function PathCell({ value: { path, query, standsFor } }: { value: RequestView }) {
  const shown = query ? `${path}?${query}` : path;
  const count = timesText(standsFor);
  return (
    <span className="mono block truncate" title={count + shown}>
      {count}
      {shown.replace(BASE, "")}
    </span>
  );
}

/** Before the path of a row that stands for many calls; empty for that of one. */
function timesText(standsFor: number | null): string {
  return standsFor === null ? "" : `${standsFor.toLocaleString("en")} × `;
}

/** Milliseconds to the answer. */
function DurationCell({ value }: { value: number }) {
  return <span className="whitespace-nowrap tabular-nums">{durationText(value)}</span>;
}

/** The key, which leads to its page. */
function KeyCell({ value }: { value: RequestView["key"] }) {
  if (!value) return <span className="text-ink-3">unknown</span>;
  return (
    <Link
      href={`/api-keys/${value.id}`}
      className="block max-w-32 truncate hover:underline @min-[1280px]/table:max-w-52"
      title={value.name}
    >
      {value.name}
    </Link>
  );
}

/** One call in one column, for a phone. */
export function NarrowCallCell({ value }: { value: RequestView }) {
  return (
    <span className="block min-w-0 py-1">
      <span className="flex items-center gap-2">
        <StatusBadge request={value} />
        <span className="mono min-w-0 truncate">
          {timesText(value.standsFor)}
          {value.method} {value.path.replace(BASE, "")}
        </span>
      </span>
      <span className="mt-0.5 block truncate text-ink-3 text-xs">
        {LEVELS[value.level].label} · {value.key?.name ?? "unknown key"} · {durationText(value.durationMs)}
      </span>
    </span>
  );
}

function TimeHeading() {
  return <>Time ({zoneName(useTimeZone())})</>;
}

function TimeCell({ value }: { value: RequestView }) {
  return <Timestamp value={value.at} exact className="mono text-ink-2" />;
}
