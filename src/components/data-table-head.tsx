"use client";

import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { cn } from "@/lib/cn";
import { columnClass, type DataTableColumn } from "./data-table-columns";
import { type DataTableSelection, SelectAll } from "./data-table-selection";
import { TableHead, TableHeader } from "./ui/table";

/** By which column, and which way. */
export interface DataTableSort {
  id: string;
  direction: "asc" | "desc";
}

type HeadColumn = Omit<DataTableColumn<never>, "cell">;

interface DataTableHeadProps<Row> {
  columns: readonly HeadColumn[];
  sort: DataTableSort | undefined;
  onSort: ((sort: DataTableSort) => void) | undefined;
  selection: DataTableSelection<Row> | undefined;
  rows: readonly Row[];
  rowKey: (row: Row) => string;
}

/** The headings of a {@link DataTable}; those of sortable columns are buttons. */
export function DataTableHead<Row>({
  columns,
  sort,
  onSort,
  selection,
  rows,
  rowKey,
}: DataTableHeadProps<Row>) {
  return (
    // Cut to the card's corners, whichever of its columns are there.
    <TableHeader className="sticky top-13 z-10 [clip-path:inset(0_round_9px_9px_0_0)] [&_th]:bg-surface">
      <tr>
        {selection && (
          <TableHead className="w-11">
            <SelectAll selection={selection} rows={rows} rowKey={rowKey} />
          </TableHead>
        )}
        {columns.map((column) =>
          column.sortable && onSort ? (
            <SortableHead key={column.id} column={column} sort={sort} onSort={onSort} />
          ) : (
            <TableHead key={column.id} className={columnClass(column)}>
              {column.header}
            </TableHead>
          ),
        )}
      </tr>
    </TableHeader>
  );
}

interface SortableHeadProps {
  column: HeadColumn;
  sort: DataTableSort | undefined;
  onSort: (sort: DataTableSort) => void;
}

function SortableHead({ column, sort, onSort }: SortableHeadProps) {
  const direction = sort?.id === column.id ? sort.direction : null;
  const Icon = direction === "asc" ? ArrowUp : direction === "desc" ? ArrowDown : ChevronsUpDown;
  const said = direction === "asc" ? "ascending" : direction === "desc" ? "descending" : "none";
  return (
    <TableHead aria-sort={said} className={columnClass(column)}>
      <button
        type="button"
        onClick={() => onSort({ id: column.id, direction: direction === "asc" ? "desc" : "asc" })}
        className={cn(
          "group -mx-1.5 inline-flex h-6 items-center gap-1 rounded-sm px-1.5 font-medium hover:bg-idle-soft hover:text-ink",
          direction && "text-ink",
        )}
      >
        {column.header}
        <Icon aria-hidden className={cn("size-3.5", !direction && "opacity-50 group-hover:opacity-100")} />
      </button>
    </TableHead>
  );
}
