"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { type ReactNode, useId } from "react";
import { PAGE_SIZES, type PageSize } from "@/contracts/lists";
import { Button } from "./ui/button";
import { Select } from "./ui/select";

/** Where in the list the table is. The cursors are those of the answer shown. */
export interface DataTablePaging {
  limit: PageSize;
  onLimitChange: (limit: PageSize) => void;
  previousCursor: string | null;
  nextCursor: string | null;
  onCursorChange: (cursor: string | null) => void;
}

const OPTIONS = PAGE_SIZES.map((size) => ({ value: String(size), label: String(size) }));

/** The foot of a {@link DataTable}: rows per page, and the way to the pages beside this one. */
export function DataTableFooter({ paging, quiet }: { paging: DataTablePaging; quiet: boolean }) {
  const id = useId();
  const { previousCursor, nextCursor, onCursorChange } = paging;
  // An empty first page has nowhere to go; an empty later one (its rows were deleted meanwhile) needs the way back.
  if (quiet && previousCursor === null && nextCursor === null) return null;
  const chooseSize = (value: string) => {
    const size = PAGE_SIZES.find((one) => String(one) === value);
    if (size) paging.onLimitChange(size);
  };
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t px-3 py-2 text-ink-2 text-sm">
      <div className="flex items-center gap-2">
        <label htmlFor={id} className="whitespace-nowrap">
          Rows per page
        </label>
        <Select
          id={id}
          size="sm"
          value={String(paging.limit)}
          onValueChange={chooseSize}
          options={OPTIONS}
          className="w-18 tabular-nums"
        />
      </div>
      <nav aria-label="Pages" className="flex gap-1">
        <PageButton cursor={previousCursor} onCursorChange={onCursorChange}>
          <ChevronLeft aria-hidden className="hidden sm:block" />
          Previous
        </PageButton>
        <PageButton cursor={nextCursor} onCursorChange={onCursorChange}>
          Next
          <ChevronRight aria-hidden className="hidden sm:block" />
        </PageButton>
      </nav>
    </div>
  );
}

interface PageButtonProps {
  cursor: string | null;
  onCursorChange: (cursor: string | null) => void;
  children: ReactNode;
}

function PageButton({ cursor, onCursorChange, children }: PageButtonProps) {
  return (
    <Button variant="ghost" size="sm" aria-disabled={cursor === null} onClick={() => onCursorChange(cursor)}>
      {children}
    </Button>
  );
}
