import type { ReactNode } from "react";
import { Button } from "./ui/button";

interface FilterBarProps {
  children: ReactNode;
  /** Null where nothing is narrowed, or the empty list offers the same itself. */
  onClear: (() => void) | null;
  /** Stands at the far end: the order of the list. */
  end?: ReactNode;
}

/** The search and the filters above a list, and the way out of all of them. */
export function FilterBar({ children, onClear, end }: FilterBarProps) {
  return (
    <div className="mb-3 flex flex-wrap items-start gap-2">
      <div className="flex min-w-0 flex-1 basis-80 flex-wrap items-center gap-2">
        {children}
        {onClear && (
          <Button variant="ghost" size="sm" onClick={onClear}>
            Clear filters
          </Button>
        )}
      </div>
      {end}
    </div>
  );
}
