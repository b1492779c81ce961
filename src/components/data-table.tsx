"use client";

import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { columnClass, type DataTableColumn } from "./data-table-columns";
import { DataTableFooter, type DataTablePaging } from "./data-table-footer";
import { DataTableHead, type DataTableSort } from "./data-table-head";
import { DataTableRow } from "./data-table-row";
import { BulkBar, type DataTableSelection } from "./data-table-selection";
import { useIsNarrow } from "./screen-context";
import { Card } from "./ui/card";
import { Skeleton } from "./ui/skeleton";
import { TableBody, TableCell, TableRow } from "./ui/table";

export interface DataTableProps<Row> {
  /** Names the table to assistive software: "API keys". */
  label: string;
  columns: readonly DataTableColumn<Row>[];
  /** In their place on a phone: one or two that say the most. */
  narrowColumns?: readonly DataTableColumn<Row>[];
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

/** Where no foot follows, the colour of a row must not stand out of the card's corners. */
const LAST_ROW_ROUNDED = "[&>tr:last-child]:[clip-path:inset(0_round_0_0_9px_9px)]";

/**
 * A list as a table: sortable, selectable, paged, each row 44 px and a link. It knows nothing of what it lists. Its
 * headings, or the actions for what is ticked in their place, stay in sight below the top bar; that is why nothing here
 * scrolls or clips: whatever does would be what they stick to.
 */
export function DataTable<Row>({
  columns: wideColumns,
  narrowColumns = wideColumns,
  rows,
  rowKey,
  loading = false,
  stale = false,
  ...props
}: DataTableProps<Row>) {
  const { label, rowHref, onRowOpen, sort, onSort, empty, selection, paging, className } = props;
  const columns = useIsNarrow() ? narrowColumns : wideColumns;
  const isEmpty = !loading && rows.length === 0;
  return (
    <Card className={cn("@container/table", className)} aria-busy={loading || stale || undefined}>
      {selection && selection.selected.size > 0 && <BulkBar selection={selection} />}
      {isEmpty ? (
        empty
      ) : (
        // Borders of their own for each cell: those that cells share do not move with the headings.
        <table
          aria-label={label}
          className={cn(
            "w-full border-separate border-spacing-0 text-sm",
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
          <TableBody className={cn(!paging && LAST_ROW_ROUNDED)}>
            {loading ? (
              <SkeletonRows columns={columns} count={paging?.limit ?? 10} selectable={Boolean(selection)} />
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
      )}
      {paging && <DataTableFooter paging={paging} quiet={isEmpty} />}
    </Card>
  );
}

interface SkeletonRowsProps {
  columns: readonly Omit<DataTableColumn<never>, "cell">[];
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
        <TableCell key={column.id} className={cn(columnClass(column), column.placeholderClassName)}>
          <Skeleton className={position === 0 ? "w-36 max-w-full" : "w-16"} />
        </TableCell>
      ))}
    </TableRow>
  ));
}
