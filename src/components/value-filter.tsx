"use client";

import { useState } from "react";
import { ComboboxFilter } from "./combobox";

interface ValueFilterProps {
  /** What is filtered by: "Product". */
  label: string;
  /** Name of the field that narrows the values: "Find a product". */
  searchLabel: string;
  value: string | null;
  /** Undefined while they are asked for. */
  values: readonly string[] | undefined;
  failed: boolean;
  /** What is said where there are none. */
  none?: string;
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
  none = "None yet.",
  ...rest
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
    <ComboboxFilter
      {...rest}
      name={label}
      label={searchLabel}
      search={search}
      onSearch={setSearch}
      options={offered.map((one) => ({ value: one, label: one }))}
      value={value}
      none={values && none}
      failure={failed && "They could not be read. Type the one you look for."}
    />
  );
}
