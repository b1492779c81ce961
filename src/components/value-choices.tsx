"use client";

import { useState } from "react";
import { Combobox, type ComboboxOption } from "./combobox";

export interface ValueChoicesProps {
  /** Name of the field that narrows the values: "Find a product". */
  label: string;
  /** The one chosen. */
  value: string | null;
  onPick: (option: ComboboxOption<string>) => void;
  /** Undefined while they are asked for. */
  values: readonly string[] | undefined;
  failed: boolean;
  /** What is said where there are none. */
  none?: string;
}

/** One of values that come from the data itself, to choose in a filter. What is typed can be chosen as it is, too. */
export function ValueChoices({
  label,
  value,
  onPick,
  values,
  failed,
  none = "None yet.",
}: ValueChoicesProps) {
  const [search, setSearch] = useState("");
  const typed = search.toLowerCase();
  const found = (values ?? []).filter((one) => one.toLowerCase().includes(typed));
  // The values may be too many to be listed all.
  const offered = search === "" || found.includes(search) ? found : [...found, search];
  return (
    <Combobox
      label={label}
      search={search}
      onSearch={setSearch}
      options={offered.map(optionOf)}
      searching={!values && !failed}
      chosen={value === null ? [] : [value]}
      first={value === null ? undefined : optionOf(value)}
      onPick={onPick}
      none={none}
      failure={failed && "They could not be read. Type the one you look for."}
    />
  );
}

function optionOf(value: string): ComboboxOption<string> {
  return { value, label: value };
}
