"use client";

import type { DataTableColumn } from "@/components/data-table";
import type { KeyView } from "@/contracts/keys";
import { KeyActionMenu } from "../actions/key-action-menu";
import type { AskedAction } from "../key-abilities";
import {
  EnvironmentCell,
  LastUsedCell,
  LimitsCell,
  NarrowNameCell,
  PermissionsCell,
  StatusCell,
} from "./key-cells";

type Column = DataTableColumn<KeyView>;

/** Less than the table's own: so many columns fit a laptop's screen only with narrower gaps. */
const TIGHT = "px-2!";

/** The columns of the list. Those of sortable columns carry the name of their sort. */
export function keyColumns(onAction: (asked: AskedAction) => void): Column[] {
  return [
    {
      id: "name",
      header: "Name",
      sortable: true,
      link: true,
      className: TIGHT,
      cell: (key) => (
        <span className="block max-w-40 truncate min-[1520px]:max-w-72" title={key.name}>
          {key.name}
        </span>
      ),
    },
    {
      id: "key",
      header: "Key",
      className: TIGHT,
      cell: (key) => <span className="mono text-ink-2">{key.display}</span>,
    },
    {
      id: "environment",
      header: "Environment",
      className: TIGHT,
      cell: (key) => <EnvironmentCell value={key} />,
    },
    {
      id: "permissions",
      header: "Permissions",
      className: TIGHT,
      cell: (key) => <PermissionsCell value={key} />,
    },
    { id: "rateLimits", header: "Rate limits", className: TIGHT, cell: (key) => <LimitsCell value={key} /> },
    { id: "status", header: "Status", className: TIGHT, cell: (key) => <StatusCell value={key} /> },
    {
      id: "lastUsedAt",
      header: "Last used",
      sortable: true,
      className: TIGHT,
      cell: (key) => <LastUsedCell value={key} />,
    },
    {
      id: "createdBy",
      header: "Created by",
      // The least asked of all: where the screen is narrow, the key's own page tells it.
      className: `${TIGHT} hidden min-[1520px]:table-cell`,
      cell: (key) => (
        <span className="block max-w-36 truncate text-ink-2" title={key.createdBy}>
          {key.createdBy}
        </span>
      ),
    },
    actionsColumn(onAction),
  ];
}

/** The same list on a phone: one column that says the most, and the actions. */
export function narrowKeyColumns(onAction: (asked: AskedAction) => void): Column[] {
  return [
    {
      id: "name",
      header: "Name",
      sortable: true,
      link: true,
      // The one column that may shrink, so that the table is as wide as the screen and the name is what gets cut.
      className: "w-full max-w-0",
      cell: (key) => <NarrowNameCell value={key} />,
    },
    actionsColumn(onAction),
  ];
}

function actionsColumn(onAction: (asked: AskedAction) => void): Column {
  return {
    id: "actions",
    header: <span className="sr-only">Actions</span>,
    // Stays in reach where the table is wider than the screen; opaque, as the other cells pass beneath it.
    className: `${TIGHT} sticky right-0 w-11 bg-surface in-[tr[aria-selected=true]]:bg-accent-soft in-[tbody_tr:hover]:bg-sunken`,
    cell: (key) => <KeyActionMenu value={key} onAction={onAction} />,
  };
}
