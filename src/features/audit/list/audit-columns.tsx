"use client";

import type { DataTableColumn } from "@/components/data-table-columns";
import { EnvironmentBadge } from "@/components/environment-badge";
import { actionLabel } from "@/components/recorded-words";
import { RelativeText, Timestamp } from "@/components/timestamp";
import type { AuditEventView } from "@/contracts/audit";
import { ENVIRONMENT_DETAILS } from "@/contracts/environments";

type Column = DataTableColumn<AuditEventView>;

function EnvironmentCell({ value }: { value: AuditEventView["environment"] }) {
  if (!value) return <span className="text-ink-3">–</span>;
  return <EnvironmentBadge value={value} label={ENVIRONMENT_DETAILS[value].label} />;
}

/** The columns of the list: when, who, what, and where. */
export const AUDIT_COLUMNS: readonly Column[] = [
  { id: "at", header: "When", className: "w-32", cell: ({ at }) => <Timestamp value={at} /> },
  {
    id: "what",
    header: "What",
    link: true,
    grow: true,
    cell: ({ action, subjectName }) => (
      <span className="flex gap-x-1.5">
        <span className="max-w-3/4 shrink-0 truncate text-ink-2">{actionLabel(action)}</span>
        <span className="min-w-0 truncate font-medium" title={subjectName}>
          {subjectName}
        </span>
      </span>
    ),
  },
  {
    id: "actor",
    header: "Who",
    from: 720,
    cell: ({ actor }) => (
      <span className="block max-w-44 truncate" title={actor}>
        {actor}
      </span>
    ),
  },
  {
    id: "ip",
    header: "From",
    from: 980,
    cell: ({ ip }) =>
      ip ? (
        <span className="mono block max-w-36 truncate" title={ip}>
          {ip}
        </span>
      ) : (
        <span className="text-ink-3">–</span>
      ),
  },
  {
    id: "environment",
    header: "Environment",
    cell: ({ environment }) => <EnvironmentCell value={environment} />,
  },
];

/** The same list on a phone: one column that says the most. */
export const NARROW_AUDIT_COLUMNS: readonly Column[] = [
  {
    id: "what",
    header: "Change",
    link: true,
    grow: true,
    cell: (event) => (
      <span className="block min-w-0 py-2">
        <span className="block truncate">
          <span className="text-ink-2">{actionLabel(event.action)}</span>{" "}
          <span className="font-medium">{event.subjectName}</span>
        </span>
        <span className="flex flex-wrap gap-x-2 text-ink-2 text-xs">
          <span className="truncate">{event.actor}</span>
          <RelativeText value={event.at} />
          {event.environment && <EnvironmentCell value={event.environment} />}
        </span>
      </span>
    ),
  },
];
