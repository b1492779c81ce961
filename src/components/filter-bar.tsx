import type { ReactNode } from "react";
import type { ListPosition } from "@/lib/list-state";
import { Button } from "./ui/button";

export interface FilterBarProps {
  children: ReactNode;
  /** The list that is narrowed. */
  list: { state: Pick<ListPosition, "cursor">; isFiltered: boolean; clear: () => void };
  /** What is shown of it; undefined while nothing was read. */
  rows: readonly unknown[] | undefined;
  /** Stands at the far end: the order of the list. */
  end?: ReactNode;
}

/** The search and the filters above a list, and the way out of all of them. */
export function FilterBar({ children, list, rows, end }: FilterBarProps) {
  // In place of rows stands `NothingMatches` then, with the same button.
  const isOfferedBelow = rows?.length === 0 && list.state.cursor === null;
  return (
    <div className="mb-3 flex flex-wrap items-start gap-2">
      <div className="flex min-w-0 flex-1 basis-80 flex-wrap items-center gap-2">
        {children}
        {list.isFiltered && !isOfferedBelow && (
          <Button variant="ghost" size="sm" onClick={list.clear}>
            Clear filters
          </Button>
        )}
      </div>
      {end}
    </div>
  );
}
