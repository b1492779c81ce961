import type { ReactNode } from "react";
import { DataTable, type DataTableColumn } from "./data-table";
import { PageHeader } from "./page-header";

interface ListSkeletonProps<Row> {
  heading: { title: string; sub: string };
  /** Names the table: "Licences". */
  label: string;
  columns: readonly DataTableColumn<Row>[];
  /** What stands between the heading and the filters. */
  children?: ReactNode;
}

/** The place of a list's page while the server reads it: the same head, a line of filters, rows of the same height. */
export function ListSkeleton<Row>({ heading, label, columns, children }: ListSkeletonProps<Row>) {
  return (
    <>
      <PageHeader {...heading} />
      {children}
      <div className="mb-3 h-8" />
      <DataTable label={label} columns={columns} rows={[]} rowKey={() => ""} loading />
    </>
  );
}
