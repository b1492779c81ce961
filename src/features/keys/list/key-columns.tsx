"use client";

import type { DataTableColumn } from "@/components/data-table-columns";
import type { KeyView } from "@/contracts/keys";
import { KeyActionMenu } from "../actions/key-action-menu";
import type { AskedAction } from "../key-abilities";
import {
  DisplayCell,
  EnvironmentCell,
  LastUsedCell,
  LimitsCell,
  NarrowNameCell,
  PermissionsCell,
  StatusCell,
} from "./key-cells";

type Column = DataTableColumn<KeyView>;

/** The columns of the list. Those of sortable columns carry the name of their sort. */
export function keyColumns(onAction: (asked: AskedAction) => void): Column[] {
  return [
    {
      id: "name",
      header: "Name",
      sortable: true,
      link: true,
      grow: true,
      cell: (key) => (
        <span className="block truncate" title={key.name}>
          {key.name}
        </span>
      ),
    },
    { id: "key", header: "Key", from: 720, cell: (key) => <DisplayCell value={key} /> },
    { id: "environment", header: "Environment", cell: (key) => <EnvironmentCell value={key} /> },
    { id: "permissions", header: "Permissions", from: 860, cell: (key) => <PermissionsCell value={key} /> },
    { id: "rateLimits", header: "Rate limits", from: 980, cell: (key) => <LimitsCell value={key} /> },
    { id: "status", header: "Status", cell: (key) => <StatusCell value={key} /> },
    {
      id: "lastUsedAt",
      header: "Last used",
      sortable: true,
      cell: (key) => <LastUsedCell value={key} />,
    },
    {
      id: "createdBy",
      header: "Created by",
      from: 1280,
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
      grow: true,
      cell: (key) => <NarrowNameCell value={key} />,
    },
    actionsColumn(onAction),
  ];
}

function actionsColumn(onAction: (asked: AskedAction) => void): Column {
  return {
    id: "actions",
    header: <span className="sr-only">Actions</span>,
    className: "w-11",
    cell: (key) => <KeyActionMenu value={key} onAction={onAction} />,
  };
}
