"use client";

import { TriangleAlert } from "lucide-react";
import type { DataTableColumn } from "@/components/data-table-columns";
import { EnvironmentBadge } from "@/components/environment-badge";
import { RelativeText, Timestamp } from "@/components/timestamp";
import type { KeyView } from "@/contracts/keys";
import { cn } from "@/lib/cn";
import { formatRateLimits } from "@/lib/rate-limits";
import { count } from "@/lib/words";
import { KeyActionMenu } from "../actions/key-action-menu";
import { type AskedAction, grantsNothing } from "../key-abilities";
import { KeyStatusBadge, KeyStatusNotes } from "../key-status";
import { PermissionLabels } from "../permission-labels";

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
      cell: (key) => <NameCell apiKey={key} />,
    },
    { id: "key", header: "Key", from: 720, cell: (key) => <DisplayCell apiKey={key} /> },
    { id: "environment", header: "Environment", cell: (key) => <EnvironmentBadge value={key.environment} /> },
    { id: "permissions", header: "Permissions", from: 860, cell: (key) => <PermissionsCell apiKey={key} /> },
    { id: "rateLimits", header: "Rate limits", from: 980, cell: (key) => <LimitsCell apiKey={key} /> },
    { id: "status", header: "Status", cell: (key) => <StatusCell apiKey={key} /> },
    {
      id: "lastUsedAt",
      header: "Last used",
      sortable: true,
      cell: (key) => <LastUsedCell apiKey={key} />,
    },
    {
      id: "owner",
      header: "Owner",
      from: 1140,
      cell: (key) => <OwnerCell apiKey={key} />,
    },
    {
      id: "createdBy",
      header: "Created by",
      from: 1440,
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
      placeholderClassName: "h-19.75",
      cell: (key) => <NarrowNameCell apiKey={key} />,
    },
    actionsColumn(onAction),
  ];
}

function actionsColumn(onAction: (asked: AskedAction) => void): Column {
  return {
    id: "actions",
    header: <span className="sr-only">Actions</span>,
    className: "w-11",
    cell: (key) => <KeyActionMenu apiKey={key} onAction={onAction} />,
  };
}

interface CellProps {
  apiKey: KeyView;
}

/** The name, and below it the tags. */
function NameCell({ apiKey: { name, tags } }: CellProps) {
  return (
    <>
      <span className="block truncate" title={name}>
        {name}
      </span>
      {tags.length > 0 && (
        <span className="block truncate font-normal text-2xs text-ink-3 leading-4" title={tags.join(", ")}>
          {tags.join(" · ")}
        </span>
      )}
    </>
  );
}

/** Who answers for the key: a name where there is one. */
function OwnerCell({ apiKey: { owner } }: CellProps) {
  if (!owner) return <span className="text-ink-3">No owner</span>;
  return (
    <span className="block max-w-36 text-ink-2" title={owner.email}>
      <span className="block truncate">{owner.name || owner.email}</span>
      {owner.hasLeft && <span className="block text-2xs text-warn leading-4">has left</span>}
    </span>
  );
}

/** How many characters at its end tell a key from its neighbours. */
const TAIL = 4;

/** The key's masked form; where the table is narrow its end alone, as the environment has a column of its own. */
function DisplayCell({ apiKey: { maskedKey } }: CellProps) {
  return (
    <span className="mono text-ink-2" title={maskedKey}>
      <span className="@min-[1060px]/table:hidden">…{maskedKey.slice(-TAIL)}</span>
      <span className="hidden @min-[1060px]/table:inline">{maskedKey}</span>
    </span>
  );
}

/** Where the table has room for a cell's whole content, and where it has not. */
const ROOMY = "hidden @min-[1140px]/table:flex";
const TERSE = "flex @min-[1140px]/table:hidden";

/** How many labels leave room, within two lines, for what stands behind them. */
const LABELS = { alone: 3, besideScope: 2, aboveWarning: 1 } as const;

/** What the key may do, and for how many customers if not for all: the first label in a narrow table, else two lines. */
function PermissionsCell({ apiKey }: CellProps) {
  const nothing = grantsNothing(apiKey);
  const shown = nothing ? LABELS.aboveWarning : apiKey.customers ? LABELS.besideScope : LABELS.alone;
  return (
    <>
      <span className={cn(TERSE, "items-center gap-1")}>
        <PermissionLabels permissions={apiKey.permissions} shown={1} />
        {nothing && (
          <TriangleAlert
            role="img"
            aria-label="Grants nothing: no customers left"
            className="size-3.5 shrink-0 text-warn"
          />
        )}
      </span>
      <span className={cn(ROOMY, "w-60 flex-wrap items-center gap-x-1 gap-y-0.5")}>
        <PermissionLabels permissions={apiKey.permissions} shown={shown} />
        {nothing && (
          <span className="inline-flex w-full items-center gap-1 text-2xs text-warn leading-4">
            <TriangleAlert aria-hidden className="size-3" />
            Grants nothing: no customers left
          </span>
        )}
        {apiKey.customers && !nothing && (
          <span
            title={apiKey.customers.map((customer) => customer.email).join(", ")}
            className="text-ink-3 text-xs leading-4"
          >
            {count(apiKey.customers.length, "customer")}
          </span>
        )}
      </span>
    </>
  );
}

/**
 * The limits of the key: the first in a narrow table, and how many more. Elsewhere all; three of them need three lines,
 * set smaller so that the row keeps its height.
 */
function LimitsCell({ apiKey }: CellProps) {
  const limits = formatRateLimits(apiKey.rateLimits);
  const [first, ...rest] = limits;
  if (first === undefined) return null;
  return (
    <>
      <span className={cn(TERSE, "gap-1 text-ink-2 tabular-nums")} title={limits.join(" · ")}>
        {first}
        {rest.length > 0 && (
          <span className="text-ink-3">
            +{rest.length}
            <span className="sr-only">: {rest.join(", ")}</span>
          </span>
        )}
      </span>
      <span
        className={cn(
          ROOMY,
          "flex-col text-ink-2 tabular-nums",
          limits.length > 2 ? "text-2xs leading-3.5" : "leading-4.5",
        )}
      >
        {limits.map((limit) => (
          <span key={limit}>{limit}</span>
        ))}
      </span>
    </>
  );
}

/** Whether the key works, and what is about to change about that. */
function StatusCell({ apiKey }: CellProps) {
  return (
    <span className="flex flex-col items-start">
      <KeyStatusBadge value={apiKey} />
      <KeyStatusNotes single value={apiKey} className="pl-2 text-2xs text-warn leading-4" />
    </span>
  );
}

/** When the key was last used; never is a state of its own. */
function LastUsedCell({ apiKey: { lastUsedAt } }: CellProps) {
  return lastUsedAt ? <Timestamp value={lastUsedAt} /> : <span className="text-ink-3">Never used</span>;
}

/** On a phone, the name with what one looks for first, as there is no room for columns. */
function NarrowNameCell({ apiKey }: CellProps) {
  return (
    <span className="block min-w-0 py-2">
      <span className="block truncate font-medium">{apiKey.name}</span>
      <span className="block truncate text-ink-2 text-xs">
        <span className="mono">{apiKey.maskedKey}</span>
        {apiKey.lastUsedAt ? (
          <>
            {" · used "}
            <RelativeText value={apiKey.lastUsedAt} />
          </>
        ) : (
          " · never used"
        )}
      </span>
      <span className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-0.5">
        <EnvironmentBadge value={apiKey.environment} />
        <KeyStatusBadge value={apiKey} />
        <KeyStatusNotes value={apiKey} className="text-2xs text-warn" />
      </span>
    </span>
  );
}
