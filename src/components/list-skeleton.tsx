"use client";

import type { ReactNode } from "react";
import { DEFAULT_PAGE_SIZE } from "@/contracts/lists";
import { DataTable } from "./data-table";
import type { DataTableColumn } from "./data-table-columns";
import { PageHeader } from "./page-header";

interface TableSkeletonProps<Row> {
  /** Names the table: "Licences". */
  label: string;
  columns: readonly DataTableColumn<Row>[];
  /** On a phone. */
  narrowColumns?: readonly DataTableColumn<Row>[];
}

const nothing = () => {};

/** As many rows as a page has unless the reader has chosen otherwise, and the foot of a page that leads nowhere yet. */
const FIRST_PAGE = {
  limit: DEFAULT_PAGE_SIZE,
  previousCursor: null,
  nextCursor: null,
  onLimitChange: nothing,
  onCursorChange: nothing,
} as const;

/** The place of a table while the server reads its rows. */
export function TableSkeleton<Row>(table: TableSkeletonProps<Row>) {
  return <DataTable {...table} rows={[]} rowKey={() => ""} loading paging={FIRST_PAGE} />;
}

interface ListSkeletonProps<Row> extends TableSkeletonProps<Row> {
  heading: { title: string; sub: string };
  /** What stands between the heading and the filters. */
  children?: ReactNode;
}

/** The place of a list's page while the server reads it: the same head, a line of filters, rows of the same height. */
export function ListSkeleton<Row>({ heading, children, ...table }: ListSkeletonProps<Row>) {
  return (
    <>
      <PageHeader {...heading} />
      {children}
      <div className="mb-3 h-8" />
      <TableSkeleton {...table} />
    </>
  );
}
