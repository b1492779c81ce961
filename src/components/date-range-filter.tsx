"use client";

import { type ChangeEvent, useId, useState } from "react";
import { DAY_MS } from "@/contracts/durations";
import { FILTER_ROW, FilterPopover } from "./filter-popover";
import { Input } from "./ui/input";
import { Label } from "./ui/label";

/** Days in UTC, `2026-11-23`, both included; null: open at that end. */
export interface DateRange {
  from: string | null;
  to: string | null;
}

interface DateRangeFilterProps {
  label: string;
  value: DateRange;
  onChange: (value: DateRange) => void;
}

const PRESETS = [
  { label: "Today", days: 1 },
  { label: "Last 7 days", days: 7 },
  { label: "Last 30 days", days: 30 },
  { label: "Last 90 days", days: 90 },
] as const;

function dayBefore(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}

/** "since 2026-11-01", "2026-11-01 to 2026-11-23". */
function inWords({ from, to }: DateRange): string {
  if (from === to) return from ?? "";
  if (!to) return `since ${from}`;
  return from ? `${from} to ${to}` : `until ${to}`;
}

/** Narrows a list to a range of days: a chip like the other filters, with common ranges and two fields. */
export function DateRangeFilter({ label, value, onChange }: DateRangeFilterProps) {
  const id = useId();
  const isSet = value.from !== null || value.to !== null;
  return (
    <FilterPopover
      label={label}
      chosen={isSet ? inWords(value) : null}
      onClear={() => onChange({ from: null, to: null })}
    >
      {(close) => (
        <>
          {PRESETS.map((preset) => (
            <button
              key={preset.days}
              type="button"
              onClick={() => {
                onChange({ from: dayBefore(preset.days - 1), to: null });
                close();
              }}
              className={FILTER_ROW}
            >
              {preset.label}
            </button>
          ))}
          <div className="mt-1 grid grid-cols-2 gap-2 border-t px-2 pt-3 pb-1">
            <DayField
              id={`${id}-from`}
              label="First day"
              value={value.from}
              onChange={(from) => onChange({ ...value, from })}
            />
            <DayField
              id={`${id}-to`}
              label="Last day"
              value={value.to}
              onChange={(to) => onChange({ ...value, to })}
            />
            <p className="col-span-2 text-ink-3 text-xs">Days are those of UTC.</p>
          </div>
        </>
      )}
    </FilterPopover>
  );
}

interface DayFieldProps {
  id: string;
  label: string;
  value: string | null;
  onChange: (value: string | null) => void;
}

function DayField({ id, label, value, onChange }: DayFieldProps) {
  const [typed, setTyped] = useState(value ?? "");
  const [given, setGiven] = useState(value);
  if (value !== given) {
    setGiven(value);
    setTyped(value ?? "");
  }
  const change = ({ target }: ChangeEvent<HTMLInputElement>) => {
    setTyped(target.value);
    // On the way to 2026 the field says 2, 20 and 202: years in which nobody looks for anything.
    if (target.validity.valid) onChange(target.value || null);
  };
  return (
    <div>
      <Label htmlFor={id} className="text-xs">
        {label}
      </Label>
      <Input id={id} type="date" min="1970-01-01" max="9998-12-31" value={typed} onChange={change} />
    </div>
  );
}
