"use client";

import { Command } from "cmdk";
import { Check, Search } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { cn } from "@/lib/cn";
import { ClearFilter, FILTER_ROW, FilterPopover } from "./filter-popover";
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
  /** What is searched for. Whoever has the options finds them; what is chosen stays among them. */
  search: string;
  onSearch: (search: string) => void;
  options: readonly ComboboxOption<Value>[];
  chosen: readonly Value[];
  onPick: (value: Value) => void;
  /** The options answer the search before; the next ones are on their way. */
  stale?: boolean;
  /** In place of the options where there are none; absent while they are asked for. */
  none?: ReactNode;
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
  chosen,
  onPick,
  stale = false,
  none,
  failure,
  more = false,
  className = "max-h-72",
}: ComboboxProps<Value>) {
  const { text, type, clear, flush } = useSearchText(search, onSearch);
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape" && text !== "") clear();
    // What is in sight was found for another text: to pick from it would be to pick something unseen.
    if (event.key === "Enter" && (flush() || stale)) event.preventDefault();
  };
  return (
    <Command label={label} loop shouldFilter={false}>
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
      <Command.List label="Found" aria-busy={stale} className={cn("mt-1 overflow-y-auto", className)}>
        {options.map(({ value, label, detail }) => (
          <Command.Item
            key={value}
            value={value}
            onSelect={() => onPick(value)}
            aria-checked={chosen.includes(value)}
            className={cn(FILTER_ROW, "cursor-default select-none data-[selected=true]:bg-idle-soft")}
          >
            <Check aria-hidden className={cn("size-4 shrink-0", !chosen.includes(value) && "invisible")} />
            <span className="truncate">{label}</span>
            {detail && <span className="ml-auto max-w-1/2 shrink-0 truncate text-ink-3">{detail}</span>}
          </Command.Item>
        ))}
      </Command.List>
      <div role="status" className="px-2 text-sm">
        {failure && <div className="py-1.5 text-bad">{failure}</div>}
        {!failure && none && options.length === 0 && <p className="py-1.5 text-ink-2">{none}</p>}
        {more && <p className="py-1.5 text-ink-3 text-xs">Type to narrow the list: there are more.</p>}
      </div>
    </Command>
  );
}

interface ComboboxFilterProps<Value extends string> extends Omit<ComboboxProps<Value>, "chosen" | "onPick"> {
  /** What is filtered by: "Customer". */
  name: string;
  value: Value | null;
  onChange: (value: Value | null) => void;
  /** Called when the options are about to be shown, so that they need not be asked for before. */
  onOpen: () => void;
}

/** One filter of a list, by something to find among many. */
export function ComboboxFilter<Value extends string>({
  name,
  value,
  onChange,
  onOpen,
  ...combobox
}: ComboboxFilterProps<Value>) {
  const [open, setOpen] = useState(false);
  const choose = (next: Value | null) => {
    onChange(next);
    setOpen(false);
  };
  const chosen = combobox.options.find((option) => option.value === value)?.label ?? value;
  return (
    <FilterPopover
      label={name}
      chosen={chosen}
      open={open}
      onOpenChange={(next) => {
        if (next) onOpen();
        setOpen(next);
      }}
    >
      <div className="sm:w-64">
        <Combobox {...combobox} chosen={value === null ? [] : [value]} onPick={choose} />
      </div>
      {value !== null && <ClearFilter onClick={() => choose(null)} />}
    </FilterPopover>
  );
}
