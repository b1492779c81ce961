"use client";

import type { ReactNode } from "react";
import { DataTable, type DataTableProps } from "./data-table";
import type { DataTablePageSize } from "./data-table-footer";
import { ErrorNotice } from "./error-notice";
import { NothingHere } from "./list-empty";

/** A page of a list as it is asked for: what a query hook of the API client gives, as far as a table needs it. */
interface PageQuery<Row> {
  data: { data: readonly Row[]; previousCursor: string | null; nextCursor: string | null } | undefined;
  error: unknown;
  isPending: boolean;
  isPlaceholderData: boolean;
  refetch: () => unknown;
}

interface PagedTableProps<Row>
  extends Omit<DataTableProps<Row>, "rows" | "loading" | "stale" | "paging" | "empty"> {
  list: PageQuery<Row>;
  /** Which page was asked for. */
  query: { pageSize: DataTablePageSize; cursor: string | null };
  onChange: (patch: { pageSize: DataTablePageSize } | { cursor: string | null }) => void;
  /** The rows, in a sentence: "licences". */
  nouns: string;
  /** In place of the rows where even the first page has none. */
  empty: ReactNode;
}

/** A list that is read page by page from the server: its table, the way to other pages, and what went wrong. */
export function PagedTable<Row>({ list, query, onChange, nouns, empty, ...table }: PagedTableProps<Row>) {
  const toFirstPage = () => onChange({ cursor: null });
  // A cursor from an old bookmark may be what is wrong; without it the list can be asked for again.
  const retry = () => (query.cursor === null ? void list.refetch() : toFirstPage());
  return (
    <>
      {list.error ? <ErrorNotice error={list.error} onRetry={retry} className="mb-3" /> : null}
      {/* What was read before stays; but with nothing read, a failure must not look like an empty list. */}
      {(list.data || !list.error) && (
        <DataTable
          {...table}
          rows={list.data?.data ?? []}
          loading={list.isPending}
          stale={list.isPlaceholderData}
          empty={query.cursor === null ? empty : <NothingHere nouns={nouns} onFirstPage={toFirstPage} />}
          paging={{
            pageSize: query.pageSize,
            onPageSizeChange: (pageSize) => onChange({ pageSize }),
            previousCursor: list.data?.previousCursor ?? null,
            nextCursor: list.data?.nextCursor ?? null,
            onCursorChange: (cursor) => onChange({ cursor }),
          }}
        />
      )}
    </>
  );
}
