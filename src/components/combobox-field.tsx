"use client";

import { Command } from "cmdk";
import { Check, Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { cn } from "@/lib/cn";
import type { ComboboxProps } from "./combobox";
import { FILTER_ROW } from "./filter-popover";
import { MAX_SEARCH_LENGTH, useSearchText } from "./search-input";
import { CONTROL_CLASSES } from "./ui/input";

/** What a `Combobox` is, fetched with cmdk when it is first needed. */
export function ComboboxField({
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
}: ComboboxProps<string>) {
  const { text, type, clear, flush } = useSearchText(search, onSearch);
  const [highlighted, setHighlighted] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // A panel that opened before this was fetched had nothing to focus, and has taken the focus itself.
    if (input.current?.closest('[role="dialog"]') === document.activeElement) input.current?.focus();
  }, []);
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
          ref={input}
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
