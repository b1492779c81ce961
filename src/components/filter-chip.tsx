"use client";

import { useId } from "react";
import { FILTER_ROW, FilterPopover } from "./filter-popover";
import { Checkbox } from "./ui/checkbox";

export interface FilterOption<Value extends string> {
  value: Value;
  label: string;
}

interface FilterChipProps<Value extends string> {
  /** What is filtered by: "Status". */
  label: string;
  options: readonly FilterOption<Value>[];
  /** What is chosen; empty while the filter is not set. */
  value: readonly Value[];
  onChange: (value: Value[]) => void;
}

/** One filter of a list with options, of which several can be chosen. */
export function FilterChip<Value extends string>({
  label,
  options,
  value,
  onChange,
}: FilterChipProps<Value>) {
  const id = useId();
  // In the order of the options, so that the same choice always makes the same URL.
  const toggle = (one: Value, on: boolean) =>
    onChange(
      options.map((option) => option.value).filter((other) => (other === one ? on : value.includes(other))),
    );
  const chosen = value.map((one) => labelOf(options, one)).join(", ");
  return (
    <FilterPopover label={label} chosen={chosen || null} onClear={() => onChange([])}>
      {() => (
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
      )}
    </FilterPopover>
  );
}

interface SingleFilterChipProps<Value extends string> {
  label: string;
  options: readonly FilterOption<Value>[];
  /** Null while the filter is not set. */
  value: Value | null;
  onChange: (value: Value | null) => void;
}

/** One filter of a list with options, of which one can be chosen. */
export function SingleFilterChip<Value extends string>({
  label,
  options,
  value,
  onChange,
}: SingleFilterChipProps<Value>) {
  return (
    <FilterPopover label={label} chosen={value && labelOf(options, value)} onClear={() => onChange(null)}>
      {(close) => (
        <FilterRadios label={label} options={options} value={value} onChange={onChange} onPicked={close} />
      )}
    </FilterPopover>
  );
}

function labelOf<Value extends string>(options: readonly FilterOption<Value>[], value: Value): string {
  return options.find((option) => option.value === value)?.label ?? value;
}

interface FilterRadiosProps<Value extends string> {
  label: string;
  options: readonly FilterOption<Value>[];
  value: Value | null;
  onChange: (value: Value) => void;
  /** After a press, unlike after an arrow key. */
  onPicked: () => void;
}

/** Options in what a filter opens, of which one can be chosen. */
export function FilterRadios<Value extends string>({
  label,
  options,
  value,
  onChange,
  onPicked,
}: FilterRadiosProps<Value>) {
  const id = useId();
  return (
    <fieldset aria-label={label} className="max-h-72 overflow-y-auto">
      {options.map((option) => (
        <label key={option.value} className={FILTER_ROW}>
          <input
            type="radio"
            name={id}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
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
