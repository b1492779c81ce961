import type { ReactNode } from "react";
import { Button } from "./ui/button";

interface FilterBarProps {
  children: ReactNode;
  /** Null where nothing is narrowed, or the empty list offers the same itself. */
  onClear: (() => void) | null;
}

/** The search and the filters above a list, and the way out of all of them. */
export function FilterBar({ children, onClear }: FilterBarProps) {
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      {children}
      {onClear && (
        <Button variant="ghost" size="sm" onClick={onClear}>
          Clear filters
        </Button>
      )}
    </div>
  );
}
