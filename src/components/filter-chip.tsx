"use client";

import { type ReactNode, useId, useState } from "react";
import { ClearFilter, FILTER_ROW, FilterPopover } from "./filter-popover";
import { Checkbox } from "./ui/checkbox";

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
  /** Stands above the options, and gets what closes the chip: a form. */
  children?: (close: () => void) => ReactNode;
  className?: string;
}

/** One filter of a list with options to choose from. */
export function FilterChip<Value extends string>({
  label,
  options,
  value,
  onChange,
  multiple = false,
  children,
  className,
}: FilterChipProps<Value>) {
  const [open, setOpen] = useState(false);
  const isSet = value.length > 0;
  const chosen = value.map((one) => options.find((option) => option.value === one)?.label ?? one).join(", ");
  const clear = () => {
    onChange([]);
    setOpen(false);
  };
  const list = { label, options, value, onChange };
  const close = () => setOpen(false);
  return (
    <FilterPopover
      label={label}
      chosen={isSet ? chosen : null}
      open={open}
      onOpenChange={setOpen}
      className={className}
    >
      {children?.(close)}
      {multiple ? <CheckList {...list} /> : <RadioList {...list} onPicked={close} />}
      {isSet && <ClearFilter onClick={clear} />}
    </FilterPopover>
  );
}

interface ListProps<Value extends string> {
  label: string;
  options: readonly FilterOption<Value>[];
  value: readonly Value[];
  onChange: (value: Value[]) => void;
}

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
        <label key={option.value} htmlFor={`${id}-${option.value}`} className={FILTER_ROW}>
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
        <label key={option.value} className={FILTER_ROW}>
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
