import type { ReactNode } from "react";
import { Button } from "./ui/button";

interface FilterBarProps {
  children: ReactNode;
  /** The list that is narrowed. */
  list: { isFiltered: boolean; clear: () => void };
  /** Off where the list is empty and offers the same itself. */
  clearable?: boolean;
  /** Stands at the far end: the order of the list. */
  end?: ReactNode;
}

/** The search and the filters above a list, and the way out of all of them. */
export function FilterBar({ children, list, clearable = true, end }: FilterBarProps) {
  return (
    <div className="mb-3 flex flex-wrap items-start gap-2">
      <div className="flex min-w-0 flex-1 basis-80 flex-wrap items-center gap-2">
        {children}
        {clearable && list.isFiltered && (
          <Button variant="ghost" size="sm" onClick={list.clear}>
            Clear filters
          </Button>
        )}
      </div>
      {end}
    </div>
  );
}
