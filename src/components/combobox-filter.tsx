"use client";

import { type ReactNode, useState } from "react";
import type { ComboboxOption } from "./combobox";
import { FilterPopover } from "./filter-popover";

interface ComboboxFilterProps<Value extends string> {
  /** What is filtered by: "Customer". */
  label: string;
  value: Value | null;
  /** The value in words, as soon as they are known. */
  chosen?: string | undefined;
  onChange: (value: Value | null) => void;
  /** A `Combobox`. Mounted while the filter is open, so that nothing is asked before and no search outlives it. */
  children: (onPick: (option: ComboboxOption<Value>) => void) => ReactNode;
}

/** One filter of a list, by something to find among many. */
export function ComboboxFilter<Value extends string>({
  label,
  value,
  chosen,
  onChange,
  children,
}: ComboboxFilterProps<Value>) {
  const [picked, setPicked] = useState<ComboboxOption<Value> | null>(null);
  const words = chosen ?? (picked?.value === value ? picked?.label : undefined) ?? value;
  return (
    <FilterPopover label={label} chosen={words} onClear={() => onChange(null)}>
      {(close) => {
        const pick = (option: ComboboxOption<Value>) => {
          setPicked(option);
          onChange(option.value);
          close();
        };
        return <div className="sm:w-64">{children(pick)}</div>;
      }}
    </FilterPopover>
  );
}
