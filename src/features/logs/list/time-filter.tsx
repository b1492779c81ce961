"use client";

import { type FormEvent, useState } from "react";
import { Field } from "@/components/field";
import { FilterChip } from "@/components/filter-chip";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import {
  DEFAULT_REQUEST_PERIOD,
  REQUEST_PERIOD_NAMES,
  REQUEST_PERIODS,
  type RequestPeriod,
} from "@/contracts/request-queries";
import { timeWords } from "../time-words";

const OPTIONS: { value: string; label: string }[] = REQUEST_PERIOD_NAMES.map((value) => ({
  value,
  label: `${REQUEST_PERIODS[value].label[0]?.toUpperCase()}${REQUEST_PERIODS[value].label.slice(1)}`,
}));

/** A time as the address bar has it: a period back from now, or instants in its place. */
export interface ChosenTime {
  period: RequestPeriod;
  from: string | null;
  to: string | null;
}

interface TimeFilterProps {
  value: ChosenTime;
  onChange: (time: ChosenTime) => void;
}

/** Which time: periods to press, or instants to type. */
export function TimeFilter({ value, onChange }: TimeFilterProps) {
  const custom = value.from !== null || value.to !== null;
  const choose = ([chosen]: string[]) => {
    const period = REQUEST_PERIOD_NAMES.find((name) => name === chosen) ?? DEFAULT_REQUEST_PERIOD;
    onChange({ period, from: null, to: null });
  };
  return (
    <FilterChip
      label="Time"
      options={OPTIONS}
      value={[custom ? timeWords(value) : value.period]}
      onChange={choose}
    >
      {(close) => (
        <CustomTime
          key={`${value.from} ${value.to}`}
          value={value}
          onChange={(time) => {
            onChange(time);
            close();
          }}
        />
      )}
    </FilterChip>
  );
}

function CustomTime({ value, onChange }: TimeFilterProps) {
  const [from, setFrom] = useState(fieldOf(value.from));
  const [to, setTo] = useState(fieldOf(value.to));
  const [error, setError] = useState<string | null>(null);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    const [start, end] = [instantOf(from), instantOf(to)];
    if (start === null && end === null) return setError("Give one of the two at least");
    if (start !== null && end !== null && start >= end) return setError("Must be later than the start");
    setError(null);
    onChange({ period: DEFAULT_REQUEST_PERIOD, from: start, to: end });
  };
  return (
    <form onSubmit={apply} className="mb-1 grid gap-2 border-b p-2 pb-3">
      <Field label="From (UTC)">
        <Input
          type="datetime-local"
          step={1}
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
      </Field>
      <Field label="To (UTC)" error={error}>
        <Input type="datetime-local" step={1} value={to} onChange={(event) => setTo(event.target.value)} />
      </Field>
      <Button type="submit">Apply</Button>
    </form>
  );
}

/** The field has no time zone; what is typed is UTC, as the times of the list are. */
const fieldOf = (instant: string | null) => (instant ? new Date(instant).toISOString().slice(0, 19) : "");

function instantOf(field: string): string | null {
  const at = Date.parse(`${field}Z`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
