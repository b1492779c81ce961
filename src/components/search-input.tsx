"use client";

import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { cn } from "@/lib/cn";
import { CONTROL_CLASSES } from "./ui/input";

const DEBOUNCE_MS = 300;

interface SearchInputProps {
  value: string;
  /** Called 300 ms after the last key stroke, and at once on clearing. */
  onChange: (value: string) => void;
  /** Name of the field, and its placeholder. */
  label: string;
  maxLength?: number;
  className?: string;
}

/** A search field that waits until the typing pauses. */
export function SearchInput({ value, onChange, label, maxLength = 100, className }: SearchInputProps) {
  const [text, setText] = useState(value);
  const [given, setGiven] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // Follow the outside ("clear filters", the back button), but never over what is being typed: an echo of our own
  // last call arrives as a change of `value` too.
  if (value !== given) {
    setGiven(value);
    if (value !== text.trim()) setText(value);
  }

  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next.trim()), DEBOUNCE_MS);
  };
  const clear = () => {
    clearTimeout(timer.current);
    setText("");
    onChange("");
  };
  return (
    <div className={cn("relative w-full sm:w-72", className)}>
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-3" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        maxLength={maxLength}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && text !== "") clear();
        }}
        className={cn(CONTROL_CLASSES, "h-8 w-full pr-8 pl-8 [&::-webkit-search-cancel-button]:hidden")}
      />
      {text !== "" && (
        <button
          type="button"
          aria-label="Clear search"
          onClick={clear}
          className="absolute top-1 right-1 grid size-6 place-items-center rounded-sm text-ink-3 hover:bg-idle-soft hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}
