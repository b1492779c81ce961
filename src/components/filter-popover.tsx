"use client";

import { Plus, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { cn } from "@/lib/cn";
import { Popover, PopoverContent, PopoverTrigger } from "./ui/popover";

interface FilterPopoverProps {
  /** What is filtered by: "Status". */
  label: string;
  /** What is chosen, in words; null while the filter is not set. */
  chosen: string | null;
  /** Sets the filter back. */
  onClear: () => void;
  /** What there is to choose. Mounted while the filter is open, and told how to close it. */
  children: (close: () => void) => ReactNode;
}

/** The chip of a filter, dashed while it is not set, and what it opens. */
export function FilterPopover({ label, chosen, onClear, children }: FilterPopoverProps) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger
        className={cn(
          "inline-flex h-8 max-w-full items-center gap-1 rounded-full border border-line-strong px-3 text-ink-2 hover:border-control hover:text-ink",
          chosen === null ? "border-dashed" : "bg-surface",
        )}
      >
        {chosen === null ? (
          <>
            <Plus aria-hidden className="-ml-0.5 size-3.5" />
            {label}
          </>
        ) : (
          <>
            {label} <span className="truncate font-medium text-ink tabular-nums">{chosen}</span>
          </>
        )}
      </PopoverTrigger>
      <PopoverContent aria-label={`Filter by ${label}`} className="min-w-56 p-2">
        {children(close)}
        {chosen !== null && (
          <button
            type="button"
            onClick={() => {
              onClear();
              close();
            }}
            className={cn(FILTER_ROW, "mt-1 text-ink-2")}
          >
            <X aria-hidden className="size-4" />
            Clear
          </button>
        )}
      </PopoverContent>
    </Popover>
  );
}

/** A row to press in what a filter opens. */
export const FILTER_ROW =
  "flex min-h-8 w-full items-center gap-2.5 rounded-md px-2 text-sm hover:bg-idle-soft";
