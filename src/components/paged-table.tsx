"use client";

import type { ReactNode } from "react";
import { whomToAsk } from "@/contracts/roles";
import { describeError } from "@/lib/errors";
import type { ListPosition } from "@/lib/list-state";
import { DataTable, type DataTableProps } from "./data-table";
import { ErrorNotice } from "./error-notice";
import { FilterBar } from "./filter-bar";
import { NotAllowed, NothingHere, NothingMatches } from "./list-empty";

/** A page of a list as it is asked for: what a query hook of the API client gives, as far as a table needs it. */
export interface PageQuery<Row> {
  data: { data: readonly Row[]; previousCursor: string | null; nextCursor: string | null } | undefined;
  error: unknown;
  isPending: boolean;
  isPlaceholderData: boolean;
  refetch: () => unknown;
}

interface PagedTableProps<Row>
  extends Omit<DataTableProps<Row>, "rows" | "loading" | "stale" | "paging" | "empty"> {
  /** Which page was asked for, and what else narrows the list: a `ListState`. */
  list: {
    state: ListPosition;
    change: (patch: Partial<ListPosition>) => void;
    isFiltered?: boolean;
    clear?: () => void;
  };
  page: PageQuery<Row>;
  /** One of the rows, in a sentence: "licence". */
  noun: string;
  /** The list, where the role does not include it: "the audit". By default the plural of `noun`. */
  notAllowed?: string;
  /** Search and filters, which stand above the table. */
  filters?: ReactNode;
  /** The order of the list, at the far end of the filters. */
  order?: ReactNode;
  /** In place of the rows where there are none at all. */
  empty: ReactNode;
  /** In place of the rows where the filters let none through. */
  noMatch?: ReactNode;
}

const nothing = () => {};

/** A list that is read page by page from the server: its filters, its table, the way to other pages, and what went wrong. */
export function PagedTable<Row>({
  list,
  page,
  noun,
  notAllowed = `${noun}s`,
  filters,
  order,
  empty,
  noMatch,
  ...table
}: PagedTableProps<Row>) {
  const { state, change, isFiltered = false, clear = nothing } = list;
  const rows = page.data?.data;
  const toFirstPage = () => change({ cursor: null });
  // A cursor from an old bookmark may be what is wrong; without it the list can be asked for again.
  const retry = () => (state.cursor === null ? void page.refetch() : toFirstPage());
  if (describeError(page.error).code === "permission_denied")
    return <NotAllowed nouns={notAllowed} ask={whomToAsk("team:manage")} />;
  const why = isFiltered ? (noMatch ?? <NothingMatches noun={noun} onClear={clear} />) : empty;
  return (
    <>
      {filters && (
        <FilterBar list={{ state, isFiltered, clear }} rows={rows} end={order}>
          {filters}
        </FilterBar>
      )}
      {page.error ? <ErrorNotice error={page.error} onRetry={retry} className="mb-3" /> : null}
      {/* What was read before stays; but with nothing read, a failure must not look like an empty list. */}
      {(page.data || !page.error) && (
        <DataTable
          {...table}
          rows={rows ?? []}
          loading={page.isPending}
          stale={page.isPlaceholderData}
          empty={state.cursor === null ? why : <NothingHere nouns={`${noun}s`} onFirstPage={toFirstPage} />}
          paging={{
            limit: state.limit,
            onLimitChange: (limit) => change({ limit }),
            previousCursor: page.data?.previousCursor ?? null,
            nextCursor: page.data?.nextCursor ?? null,
            onCursorChange: (cursor) => change({ cursor }),
          }}
        />
      )}
    </>
  );
}
