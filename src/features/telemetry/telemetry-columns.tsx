"use client";

import { Badge, type BadgeTone } from "@/components/badge";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EnvironmentBadge } from "@/components/environment-badge";
import { Link } from "@/components/link";
import { Timestamp } from "@/components/timestamp";
import { TELEMETRY_FLAGS, type TelemetryEventView, type TelemetryFlag } from "@/contracts/telemetry";
import { cn } from "@/lib/cn";

type Column = DataTableColumn<TelemetryEventView>;

/** The columns of the list. */
export const TELEMETRY_COLUMNS: readonly Column[] = [
  { id: "type", header: "Type", link: true, grow: true, cell: ({ type }) => <TextCell value={type} mono /> },
  { id: "product", header: "Product", from: 720, cell: ({ product }) => <TextCell value={product} short /> },
  { id: "version", header: "Version", from: 980, cell: ({ version }) => <TextCell value={version} short /> },
  { id: "license", header: "Licence", from: 860, cell: (event) => <LicenseCell event={event} /> },
  {
    id: "identifier",
    header: "Device",
    from: 1060,
    cell: ({ identifier }) => <TextCell value={identifier} mono short />,
  },
  {
    id: "environment",
    header: "Environment",
    cell: (event) => <EnvironmentBadge value={event.environment} />,
  },
  { id: "flags", header: "Flags", cell: (event) => <FirstFlagCell event={event} /> },
  { id: "received", header: "Received", cell: (event) => <ReceivedCell event={event} /> },
];

/** The same list on a phone: one column that says the most, and the time. */
export const NARROW_TELEMETRY_COLUMNS: readonly Column[] = [
  {
    id: "type",
    header: "Event",
    link: true,
    grow: true,
    placeholderClassName: "h-18",
    cell: (event) => <NarrowEventCell event={event} />,
  },
  { id: "received", header: "Received", cell: (event) => <ReceivedCell event={event} /> },
];

interface CellProps {
  event: TelemetryEventView;
}

const NONE = <span className="text-ink-3">None</span>;

interface TextCellProps {
  value: string | null;
  mono?: boolean;
  /** In a column that does not take what others leave: cut where it would push the rest out of sight. */
  short?: boolean;
}

/** Text of a sender. */
function TextCell({ value, mono = false, short = false }: TextCellProps) {
  if (value === null) return NONE;
  return (
    <span className={cn("block truncate", mono && "mono", short && "max-w-28")} title={value}>
      {value}
    </span>
  );
}

/** The licence that the sender named, masked; a link where there is such a licence. */
export function LicenseCell({ event: { licenseId, licenseKey } }: CellProps) {
  if (licenseKey === null) return NONE;
  if (licenseId === null) return <span className="mono text-ink-3">{licenseKey}</span>;
  return (
    <Link href={`/licenses/${licenseId}`} className="mono py-0.5 text-ink-2 hover:text-ink hover:underline">
      {licenseKey}
    </Link>
  );
}

const TONES: Record<TelemetryFlag, BadgeTone> = {
  unknown_license: "warn",
  license_revoked: "bad",
  license_suspended: "warn",
  license_expired: "bad",
  not_activated: "warn",
  unreadable_text: "warn",
};

/** What is odd about the event: the first in words, and how many more; the event's sheet has them all. */
function FirstFlagCell({ event: { flags } }: CellProps) {
  const [first, ...rest] = flags;
  if (!first) return NONE;
  const more = rest.map((flag) => TELEMETRY_FLAGS[flag]).join(", ");
  return (
    <span className="flex items-center gap-1">
      <Badge tone={TONES[first]}>{TELEMETRY_FLAGS[first]}</Badge>
      {rest.length > 0 && (
        <span className="text-ink-3 text-xs tabular-nums" title={more}>
          +{rest.length}
          <span className="sr-only">: {more}</span>
        </span>
      )}
    </span>
  );
}

/** What is odd about the event, in words. */
export function FlagsCell({ event: { flags } }: CellProps) {
  if (flags.length === 0) return NONE;
  return (
    <span className="flex flex-wrap gap-1 py-1">
      {flags.map((flag) => (
        <Badge key={flag} tone={TONES[flag]}>
          {TELEMETRY_FLAGS[flag]}
        </Badge>
      ))}
    </span>
  );
}

/** On a phone, the event with what one looks for first, as there is no room for columns. */
function NarrowEventCell({ event }: CellProps) {
  return (
    <span className="block min-w-0 py-2">
      <span className="mono block truncate font-medium">{event.type}</span>
      <span className="block truncate text-ink-2 text-xs">
        {[event.product, event.version, event.identifier].filter(Boolean).join(" · ") || "no product"}
      </span>
      <span className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-0.5 text-xs">
        <EnvironmentBadge value={event.environment} />
        {event.flags.length > 0 && <FlagsCell event={event} />}
      </span>
    </span>
  );
}

/** When the event arrived. */
function ReceivedCell({ event: { receivedAt } }: CellProps) {
  return <Timestamp value={receivedAt} className="text-ink-2" />;
}
