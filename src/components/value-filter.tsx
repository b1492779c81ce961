"use client";

import { useState } from "react";
import { FilterChip } from "./filter-chip";
import { SearchInput } from "./search-input";

interface ValueFilterProps {
  /** What is filtered by: "Product". */
  label: string;
  /** Name of the field that narrows the values: "Find a product". */
  searchLabel: string;
  value: string | null;
  /** Undefined while they are asked for. */
  values: readonly string[] | undefined;
  failed: boolean;
  /** Called when the values are about to be shown, so that they need not be asked for before. */
  onOpen: () => void;
  onChange: (value: string | null) => void;
}

/** Narrows a list to one of values that come from the data itself. What is typed can be chosen as it is, too. */
export function ValueFilter({
  label,
  searchLabel,
  value,
  values,
  failed,
  onOpen,
  onChange,
}: ValueFilterProps) {
  const [search, setSearch] = useState("");
  const typed = search.toLowerCase();
  const found = (values ?? []).filter((one) => one.toLowerCase().includes(typed));
  const known = values?.includes(search) ?? false;
  const offered = [
    ...(value === null || found.includes(value) ? [] : [value]),
    ...found,
    // The values may be too many to be listed all.
    ...(search === "" || known || search === value ? [] : [search]),
  ];
  return (
    <FilterChip
      label={label}
      options={offered.map((one) => ({ value: one, label: one }))}
      value={value === null ? [] : [value]}
      onChange={([chosen = null]) => onChange(chosen)}
      onOpen={onOpen}
    >
      <SearchInput label={searchLabel} value={search} onChange={setSearch} className="mb-1 sm:w-64" />
      {values && offered.length === 0 && <p className="px-2 py-1.5 text-ink-2 text-sm">None yet.</p>}
      {failed && (
        <p className="px-2 py-1.5 text-bad text-sm">They could not be read. Type the one you look for.</p>
      )}
    </FilterChip>
  );
}
