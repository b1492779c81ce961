"use client";

import { Plus, X } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { cn } from "@/lib/cn";
import { Checkbox } from "./ui/checkbox";
import { Popover, PopoverContent, PopoverTrigger } from "./ui/popover";

export interface FilterOption<Value extends string> {
  value: Value;
  label: string;
}

interface FilterChipProps<Value extends string> {
  /** What is filtered by: "Status". */
  label: string;
  options: readonly FilterOption<Value>[];
  /** What is chosen; empty when the filter is not set. */
  value: readonly Value[];
  onChange: (value: Value[]) => void;
  /** Several at once, or one. */
  multiple?: boolean;
  /** Called when the options are about to be shown: for those that are asked for only then. */
  onOpen?: () => void;
  /** Stands above the options: a search field, where the options come from the server. */
  children?: ReactNode;
  className?: string;
}

/** One filter of a list: dashed while it is not set, and says its value once it is. */
export function FilterChip<Value extends string>({
  label,
  options,
  value,
  onChange,
  multiple = false,
  onOpen,
  children,
  className,
}: FilterChipProps<Value>) {
  const [open, setOpen] = useState(false);
  const openOrClose = (next: boolean) => {
    if (next) onOpen?.();
    setOpen(next);
  };
  const isSet = value.length > 0;
  const chosen = value.map((one) => options.find((option) => option.value === one)?.label ?? one).join(", ");
  const clear = () => {
    onChange([]);
    setOpen(false);
  };
  const list = { label, options, value, onChange };
  return (
    <Popover open={open} onOpenChange={openOrClose}>
      <PopoverTrigger
        className={cn(
          "inline-flex h-8 max-w-full items-center gap-1 rounded-full border px-3 text-ink-2 hover:border-control hover:text-ink",
          isSet ? "border-line-strong bg-surface" : "border-line-strong border-dashed",
          className,
        )}
      >
        {isSet ? (
          <>
            {label} <span className="truncate font-medium text-ink">{chosen}</span>
          </>
        ) : (
          <>
            <Plus aria-hidden className="-ml-0.5 size-3.5" />
            {label}
          </>
        )}
      </PopoverTrigger>
      <PopoverContent aria-label={`Filter by ${label}`} className="min-w-52 p-2">
        {children}
        {multiple ? <CheckList {...list} /> : <RadioList {...list} onPicked={() => setOpen(false)} />}
        {isSet && (
          <button type="button" onClick={clear} className={cn(OPTION_CLASSES, "mt-1 w-full text-ink-2")}>
            <X aria-hidden className="size-4" />
            Clear
          </button>
        )}
      </PopoverContent>
    </Popover>
  );
}

interface ListProps<Value extends string> {
  label: string;
  options: readonly FilterOption<Value>[];
  value: readonly Value[];
  onChange: (value: Value[]) => void;
}

const OPTION_CLASSES = "flex min-h-8 items-center gap-2.5 rounded-md px-2 text-sm hover:bg-idle-soft";

function CheckList<Value extends string>({ label, options, value, onChange }: ListProps<Value>) {
  const id = useId();
  // In the order of the options, so that the same choice always makes the same URL.
  const toggle = (one: Value, on: boolean) =>
    onChange(
      options.map((option) => option.value).filter((other) => (other === one ? on : value.includes(other))),
    );
  return (
    <fieldset aria-label={label} className="max-h-72 overflow-y-auto">
      {options.map((option) => (
        <label key={option.value} htmlFor={`${id}-${option.value}`} className={OPTION_CLASSES}>
          <Checkbox
            id={`${id}-${option.value}`}
            checked={value.includes(option.value)}
            onCheckedChange={(on) => toggle(option.value, on === true)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

function RadioList<Value extends string>({
  label,
  options,
  value,
  onChange,
  onPicked,
}: ListProps<Value> & { onPicked: () => void }) {
  const id = useId();
  return (
    <fieldset aria-label={label} className="max-h-72 overflow-y-auto">
      {options.map((option) => (
        <label key={option.value} className={OPTION_CLASSES}>
          <input
            type="radio"
            name={id}
            checked={value.includes(option.value)}
            onChange={() => onChange([option.value])}
            // Arrow keys choose too, as clicks without a count; closing on those would end the browsing at its first step.
            onClick={(event) => event.detail > 0 && onPicked()}
            className="size-4 accent-accent"
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
