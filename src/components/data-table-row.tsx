"use client";

import Link from "next/link";
import type { MouseEvent } from "react";
import { cn } from "@/lib/cn";
import type { DataTableColumn } from "./data-table";
import { type DataTableSelection, SelectRow } from "./data-table-selection";
import { TableCell, TableRow } from "./ui/table";

interface DataTableRowProps<Row> {
  row: Row;
  id: string;
  columns: readonly DataTableColumn<Row>[];
  href: string | undefined;
  onOpen: ((row: Row) => void) | undefined;
  selection: DataTableSelection<Row> | undefined;
}

const INTERACTIVE = "a,button,input,label,select,textarea,[role=menuitem],[role=checkbox]";

/**
 * Follows the row's link for a press anywhere on the row. The link itself stays a link: the keyboard, the context menu
 * and assistive software use it, and the row adds only a larger target for the pointer.
 */
function openRow(event: MouseEvent<HTMLTableRowElement>) {
  const target = event.target instanceof Element ? event.target : null;
  // React sends events of menus and dialogs here too, which the row opened but does not contain.
  if (!target || !event.currentTarget.contains(target) || target.closest(INTERACTIVE)) return;
  // Ending a text selection is not a press.
  if (window.getSelection()?.toString()) return;
  const link = event.currentTarget.querySelector<HTMLAnchorElement>("a[data-row-link]");
  if (!link) return;
  if (event.button === 1 || event.metaKey || event.ctrlKey || event.shiftKey)
    window.open(link.href, "_blank", "noopener");
  else link.click();
}

/** Opens the row on this page, unless the press asks for another tab, which the browser then does with the link. */
function openHere(event: MouseEvent<HTMLAnchorElement>, open: () => void) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  open();
}

/** One row of a {@link DataTable}. */
export function DataTableRow<Row>({ row, id, columns, href, onOpen, selection }: DataTableRowProps<Row>) {
  const selected = selection?.selected.has(id) ?? false;
  return (
    <TableRow
      aria-selected={selection ? selected : undefined}
      onClick={href ? openRow : undefined}
      onAuxClick={href ? (event) => event.button === 1 && openRow(event) : undefined}
      className={cn(href && "cursor-pointer", selected && "bg-accent-soft")}
    >
      {selection && (
        <TableCell className="w-11">
          <SelectRow selection={selection} row={row} id={id} />
        </TableCell>
      )}
      {columns.map((column) => (
        <TableCell key={column.id} className={column.className}>
          {column.link && href ? (
            <Link
              href={href}
              data-row-link=""
              prefetch={onOpen ? false : undefined}
              onClick={onOpen && ((event) => openHere(event, () => onOpen(row)))}
              className="rounded-xs text-ink no-underline hover:underline"
            >
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
        </TableCell>
      ))}
    </TableRow>
  );
}
