"use client";

import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { DataTableFooter, type DataTablePaging } from "./data-table-footer";
import { DataTableHead, type DataTableSort } from "./data-table-head";
import { DataTableRow } from "./data-table-row";
import { BulkBar, type DataTableSelection } from "./data-table-selection";
import { Card } from "./ui/card";
import { Skeleton } from "./ui/skeleton";
import { TableBody, TableCell, TableRow } from "./ui/table";

/** One column. The one marked `link` carries the row's link, so it must hold the row's name. */
export interface DataTableColumn<Row> {
  id: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  sortable?: boolean;
  link?: boolean;
  /** For heading and cells alike. */
  className?: string;
}

/** For a column's `className` where there are many: they fit a laptop's screen only with gaps narrower than the table's. */
export const TIGHT = "px-2 first:pl-3 last:pr-3";

export interface DataTableProps<Row> {
  /** Names the table to assistive software: "API keys". */
  label: string;
  columns: readonly DataTableColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Where a press on the row leads. */
  rowHref?: (row: Row) => string;
  /** Opens the row on this page instead; `rowHref` then serves those who want it in a tab of its own. */
  onRowOpen?: (row: Row) => void;
  sort?: DataTableSort;
  onSort?: (sort: DataTableSort) => void;
  /** Nothing to show yet: rows of the same height hold the place. */
  loading?: boolean;
  /** What is shown answers the question before; the next answer is on its way. */
  stale?: boolean;
  /** In place of the rows, where there are none. */
  empty?: ReactNode;
  selection?: DataTableSelection<Row>;
  paging?: DataTablePaging;
  className?: string;
}

const MAX_SKELETON_ROWS = 20;

/** A list as a table: sortable, selectable, paged, each row 44 px and a link. It knows nothing of what it lists. */
export function DataTable<Row>({
  columns,
  rows,
  rowKey,
  loading = false,
  stale = false,
  ...props
}: DataTableProps<Row>) {
  const { label, rowHref, onRowOpen, sort, onSort, empty, selection, paging, className } = props;
  const isEmpty = !loading && rows.length === 0;
  return (
    <Card className={cn("relative", className)} aria-busy={loading || stale || undefined}>
      {isEmpty ? (
        empty
      ) : (
        <div className={cn("relative overflow-x-auto", paging ? "rounded-t-[9px]" : "rounded-[9px]")}>
          <table
            aria-label={label}
            className={cn(
              "w-full border-collapse text-sm",
              stale && "opacity-60 transition-opacity delay-150",
            )}
          >
            <DataTableHead
              columns={columns}
              sort={sort}
              onSort={onSort}
              selection={selection}
              rows={rows}
              rowKey={rowKey}
            />
            <TableBody>
              {loading ? (
                <SkeletonRows
                  columns={columns}
                  count={paging?.pageSize ?? 10}
                  selectable={Boolean(selection)}
                />
              ) : (
                rows.map((row) => (
                  <DataTableRow
                    key={rowKey(row)}
                    row={row}
                    id={rowKey(row)}
                    columns={columns}
                    href={rowHref?.(row)}
                    onOpen={onRowOpen}
                    selection={selection}
                  />
                ))
              )}
            </TableBody>
          </table>
        </div>
      )}
      {selection && selection.selected.size > 0 && <BulkBar selection={selection} />}
      {paging && <DataTableFooter paging={paging} quiet={isEmpty} />}
    </Card>
  );
}

interface SkeletonRowsProps {
  columns: readonly { id: string; className?: string }[];
  count: number;
  selectable: boolean;
}

function SkeletonRows({ columns, count, selectable }: SkeletonRowsProps) {
  return Array.from({ length: Math.min(count, MAX_SKELETON_ROWS) }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
    <TableRow key={index}>
      {selectable && (
        <TableCell className="w-11">
          <Skeleton className="size-4" />
        </TableCell>
      )}
      {columns.map((column, position) => (
        <TableCell key={column.id} className={column.className}>
          <Skeleton className={position === 0 ? "w-36" : "w-16"} />
        </TableCell>
      ))}
    </TableRow>
  ));
}
