"use client";

import { Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { cn } from "@/lib/cn";
import { useCatchKey } from "./pasted-key-context";
import { CONTROL_CLASSES } from "./ui/input";

const DEBOUNCE_MS = 300;
export const MAX_SEARCH_LENGTH = 100;

interface SearchInputProps {
  value: string;
  /** Called 300 ms after the last key stroke, and at once on Enter, on leaving the field and on clearing. */
  onChange: (value: string) => void;
  /** Name of the field, and its placeholder. */
  label: string;
  className?: string;
}

/** A search field that waits until the typing pauses. Enter, and leaving the field, do not wait. */
export function SearchInput({ value, onChange, label, className }: SearchInputProps) {
  const { text, type, clear, flush } = useSearchText(value, onChange);
  return (
    <div className={cn("relative w-full sm:w-72", className)}>
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-3" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        maxLength={MAX_SEARCH_LENGTH}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && text !== "") clear();
          if (event.key === "Enter") flush();
        }}
        // Before the press that takes the focus: "clear filters" must clear this search, not be outlived by it.
        onBlur={flush}
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

/** The text of a search field: as it is typed, and handed on once the typing pauses, or at once by `flush` and `clear`. */
export function useSearchText(value: string, onChange: (value: string) => void) {
  const [text, setText] = useState(value);
  const [given, setGiven] = useState(value);
  // Follow the outside ("clear filters", the back button), but never over what is being typed: an echo of our own
  // last call arrives as a change of `value` too.
  if (value !== given) {
    setGiven(value);
    if (value !== text.trim()) setText(value);
  }
  const typing = useTypingPause(value, onChange);
  const catchKey = useCatchKey();
  return {
    text,
    type: (next: string) => {
      // Before it is searched for: a search is part of addresses, and a key in them is out.
      if (catchKey(next)) return setText(value);
      setText(next);
      typing.wait(next.trim());
    },
    clear: () => {
      setText("");
      typing.send("");
    },
    flush: typing.flush,
  };
}

/** Hands on what is typed once the typing pauses, or at once when told to; what the outside sets meanwhile wins. */
function useTypingPause(value: string, onChange: (value: string) => void) {
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; text: string }>(undefined);
  const sent = useRef(value);
  const forget = () => {
    clearTimeout(waiting.current?.timer);
    waiting.current = undefined;
  };
  const send = (text: string) => {
    forget();
    sent.current = text;
    onChange(text);
  };
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    clearTimeout(waiting.current?.timer);
    waiting.current = undefined;
  }, [value]);
  useEffect(() => () => clearTimeout(waiting.current?.timer), []);
  return {
    send,
    wait: (text: string) => {
      forget();
      waiting.current = { text, timer: setTimeout(() => send(text), DEBOUNCE_MS) };
    },
    /** Whether there was anything that waited. */
    flush: (): boolean => {
      if (!waiting.current) return false;
      send(waiting.current.text);
      return true;
    },
  };
}
