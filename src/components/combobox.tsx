"use client";

import { Command } from "cmdk";
import { Check, Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { cn } from "@/lib/cn";
import { FILTER_ROW, FilterPopover } from "./filter-popover";
import { MAX_SEARCH_LENGTH, useSearchText } from "./search-input";
import { CONTROL_CLASSES } from "./ui/input";

export interface ComboboxOption<Value extends string> {
  value: Value;
  label: string;
  /** What tells it from others of the same name, at the end of its row. */
  detail?: ReactNode;
}

interface ComboboxProps<Value extends string> {
  /** Name of the field, and its placeholder: "Find by e-mail or name". */
  label: string;
  /** What is searched for. The options are found outside of this component. */
  search: string;
  onSearch: (search: string) => void;
  options: readonly ComboboxOption<Value>[];
  /** The answer to this search is on the way, and `options` are those of the search before. */
  searching: boolean;
  chosen: readonly Value[];
  /**
   * The option that is chosen. It stands first while nothing is searched for, even if it is not among `options`. In an
   * answer to a search it does not: Enter picks the first option, and who searches wants another one.
   */
  first?: ComboboxOption<Value> | undefined;
  onPick: (option: ComboboxOption<Value>) => void;
  /** In place of the options where there are none. */
  none: ReactNode;
  /** Why they could not be read. */
  failure?: ReactNode;
  /** There are more than are shown. */
  more?: boolean;
  /** The height of the list. */
  className?: string;
}

/**
 * A field to type into and what it finds: arrows to go through it, Enter to pick. The way of the product to choose one of
 * many that the server has, or several of them.
 */
export function Combobox<Value extends string>({
  label,
  search,
  onSearch,
  options,
  searching,
  chosen,
  first,
  onPick,
  none,
  failure,
  more = false,
  className = "max-h-72",
}: ComboboxProps<Value>) {
  const { text, type, clear, flush } = useSearchText(search, onSearch);
  const [highlighted, setHighlighted] = useState("");
  const answer = searching ? null : search;
  const [answered, setAnswered] = useState<string | null>(null);
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape" && text !== "") clear();
    // The options were found for another text: Enter would pick one that the reader did not mean.
    if (event.key === "Enter" && (flush() || searching)) event.preventDefault();
  };
  const offered =
    first && search === "" ? [first, ...options.filter(({ value }) => value !== first.value)] : options;
  if (answer !== answered) {
    // Enter picks what is highlighted: that must be the first option of this answer, not one of the answer before.
    setAnswered(answer);
    setHighlighted(offered[0]?.value ?? "");
  }
  return (
    <Command label={label} loop shouldFilter={false} value={highlighted} onValueChange={setHighlighted}>
      <div className="relative">
        <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-3" />
        <Command.Input
          value={text}
          onValueChange={type}
          onKeyDown={press}
          aria-label={label}
          placeholder={label}
          maxLength={MAX_SEARCH_LENGTH}
          className={cn(CONTROL_CLASSES, "h-8 w-full pr-2 pl-8")}
        />
      </div>
      <Command.List label="Found" aria-busy={searching} className={cn("mt-1 overflow-y-auto", className)}>
        {offered.map((option) => (
          <Command.Item
            key={option.value}
            value={option.value}
            onSelect={() => onPick(option)}
            aria-checked={chosen.includes(option.value)}
            className={cn(FILTER_ROW, "cursor-default select-none data-[selected=true]:bg-idle-soft")}
          >
            <Check
              aria-hidden
              className={cn("size-4 shrink-0", !chosen.includes(option.value) && "invisible")}
            />
            <span className="truncate">{option.label}</span>
            {option.detail && (
              <span className="ml-auto max-w-1/2 shrink-0 truncate text-ink-3">{option.detail}</span>
            )}
          </Command.Item>
        ))}
      </Command.List>
      <div role="status" className="px-2 text-sm">
        {failure ? (
          <div className="py-1.5 text-bad">{failure}</div>
        ) : searching ? (
          <p className="py-1.5 text-ink-3 text-xs">Searching…</p>
        ) : offered.length === 0 ? (
          <p className="py-1.5 text-ink-2">{none}</p>
        ) : (
          more && <p className="py-1.5 text-ink-3 text-xs">Type to narrow the list: there are more.</p>
        )}
      </div>
    </Command>
  );
}

interface ComboboxFilterProps<Value extends string> {
  /** What is filtered by: "Customer". */
  label: string;
  value: Value | null;
  /** The value in words, as soon as they are known. */
  chosen?: string | undefined;
  onChange: (value: Value | null) => void;
  /** A {@link Combobox}. Mounted while the filter is open, so that nothing is asked before and no search outlives it. */
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
