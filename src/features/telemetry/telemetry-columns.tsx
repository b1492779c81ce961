"use client";

import { type DataTableColumn, TIGHT } from "@/components/data-table";
import type { TelemetryEventView } from "@/contracts/telemetry";
import {
  EnvironmentCell,
  FlagsCell,
  LicenseCell,
  NarrowEventCell,
  ReceivedCell,
  TextCell,
} from "./telemetry-cells";

type Column = DataTableColumn<TelemetryEventView>;

/** The columns of the list. */
export const TELEMETRY_COLUMNS: readonly Column[] = [
  {
    id: "type",
    header: "Type",
    link: true,
    className: TIGHT,
    cell: ({ type }) => <TextCell value={type} mono />,
  },
  { id: "product", header: "Product", className: TIGHT, cell: ({ product }) => <TextCell value={product} /> },
  { id: "version", header: "Version", className: TIGHT, cell: ({ version }) => <TextCell value={version} /> },
  { id: "license", header: "Licence", className: TIGHT, cell: (event) => <LicenseCell value={event} /> },
  {
    id: "identifier",
    header: "Device",
    className: TIGHT,
    cell: ({ identifier }) => <TextCell value={identifier} mono />,
  },
  {
    id: "environment",
    header: "Environment",
    className: TIGHT,
    cell: (event) => <EnvironmentCell value={event} />,
  },
  { id: "flags", header: "Flags", className: TIGHT, cell: (event) => <FlagsCell value={event} /> },
  { id: "received", header: "Received", className: TIGHT, cell: (event) => <ReceivedCell value={event} /> },
];

/** The same list on a phone: one column that says the most, and the time. */
export const NARROW_TELEMETRY_COLUMNS: readonly Column[] = [
  {
    id: "type",
    header: "Event",
    link: true,
    // May shrink, so that the table is as wide as the screen and the words are what gets cut.
    className: "w-full max-w-0",
    cell: (event) => <NarrowEventCell value={event} />,
  },
  { id: "received", header: "Received", cell: (event) => <ReceivedCell value={event} /> },
];
