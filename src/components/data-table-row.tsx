"use client";

import type { MouseEvent } from "react";
import { Link } from "@/components/link";
import { cn } from "@/lib/cn";
import { columnClass, type DataTableColumn } from "./data-table-columns";
import { type DataTableSelection, SelectRow } from "./data-table-selection";
import { openRow, ROW_LINK } from "./row-press";
import { TableCell, TableRow } from "./ui/table";

interface DataTableRowProps<Row> {
  row: Row;
  id: string;
  columns: readonly DataTableColumn<Row>[];
  href: string | undefined;
  onOpen: ((row: Row) => void) | undefined;
  selection: DataTableSelection<Row> | undefined;
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
        <TableCell key={column.id} className={columnClass(column)}>
          {column.link && href ? (
            <Link
              href={href}
              {...ROW_LINK}
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
