"use client";

import type { DataTableColumn } from "@/components/data-table-columns";
import type { TelemetryEventView } from "@/contracts/telemetry";
import {
  EnvironmentCell,
  FirstFlagCell,
  LicenseCell,
  NarrowEventCell,
  ReceivedCell,
  TextCell,
} from "./telemetry-cells";

type Column = DataTableColumn<TelemetryEventView>;

/** The columns of the list. */
export const TELEMETRY_COLUMNS: readonly Column[] = [
  { id: "type", header: "Type", link: true, grow: true, cell: ({ type }) => <TextCell value={type} mono /> },
  { id: "product", header: "Product", from: 720, cell: ({ product }) => <TextCell value={product} short /> },
  { id: "version", header: "Version", from: 980, cell: ({ version }) => <TextCell value={version} short /> },
  { id: "license", header: "Licence", from: 860, cell: (event) => <LicenseCell value={event} /> },
  {
    id: "identifier",
    header: "Device",
    from: 1060,
    cell: ({ identifier }) => <TextCell value={identifier} mono short />,
  },
  { id: "environment", header: "Environment", cell: (event) => <EnvironmentCell value={event} /> },
  { id: "flags", header: "Flags", cell: (event) => <FirstFlagCell value={event} /> },
  { id: "received", header: "Received", cell: (event) => <ReceivedCell value={event} /> },
];

/** The same list on a phone: one column that says the most, and the time. */
export const NARROW_TELEMETRY_COLUMNS: readonly Column[] = [
  {
    id: "type",
    header: "Event",
    link: true,
    grow: true,
    cell: (event) => <NarrowEventCell value={event} />,
  },
  { id: "received", header: "Received", cell: (event) => <ReceivedCell value={event} /> },
];
