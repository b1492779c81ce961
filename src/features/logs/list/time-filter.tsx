"use client";

import { z } from "zod";
import { FilterRadios } from "@/components/filter-chip";
import { FilterPopover } from "@/components/filter-popover";
import { TextField } from "@/components/form-fields";
import { useTimeZone } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import {
  DEFAULT_REQUEST_PERIOD,
  REQUEST_PERIOD_NAMES,
  REQUEST_PERIODS,
  type RequestPeriod,
} from "@/contracts/request-queries";
import { timestampSchema } from "@/contracts/schemas/text";
import { useZodForm } from "@/lib/use-zod-form";
import { instantOf, wallClockOf, zoneName } from "@/lib/zoned-time";
import { timeWords } from "../time-words";

/** "Last hour". */
function periodLabel(period: RequestPeriod): string {
  const { label } = REQUEST_PERIODS[period];
  return `${label[0]?.toUpperCase()}${label.slice(1)}`;
}

const OPTIONS = REQUEST_PERIOD_NAMES.map((value) => ({ value, label: periodLabel(value) }));

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
  const timeZone = useTimeZone();
  const custom = value.from !== null || value.to !== null;
  const choose = (period: RequestPeriod) => onChange({ period, from: null, to: null });
  return (
    <FilterPopover
      label="Time"
      chosen={custom ? timeWords(value, timeZone) : periodLabel(value.period)}
      onClear={() => choose(DEFAULT_REQUEST_PERIOD)}
    >
      {(close) => (
        <>
          <CustomTime
            key={`${value.from} ${value.to}`}
            timeZone={timeZone}
            value={value}
            onChange={(time) => {
              onChange(time);
              close();
            }}
          />
          <FilterRadios
            label="Time"
            options={OPTIONS}
            value={custom ? null : value.period}
            onChange={choose}
            onPicked={close}
          />
        </>
      )}
    </FilterPopover>
  );
}

const customTimeSchema = z
  .strictObject({ from: timestampSchema.nullable(), to: timestampSchema.nullable() })
  .refine(({ from, to }) => from !== null || to !== null, {
    path: ["to"],
    error: "Give one of the two at least",
  })
  .refine(({ from, to }) => from === null || to === null || from < to, {
    path: ["to"],
    error: "Must be later than the start",
  });

function CustomTime({ value, onChange, timeZone }: TimeFilterProps & { timeZone: string }) {
  const fieldOf = (instant: string | null) => (instant ? wallClockOf(Date.parse(instant), timeZone) : "");
  const toInstant = (field: string) => {
    const at = instantOf(field, timeZone);
    return Number.isNaN(at) ? null : new Date(at).toISOString();
  };
  const form = useZodForm({
    defaultValues: { from: fieldOf(value.from), to: fieldOf(value.to) },
    schema: customTimeSchema,
    toInput: ({ from, to }) => ({ from: toInstant(from), to: toInstant(to) }),
    send: (time) => onChange({ period: DEFAULT_REQUEST_PERIOD, ...time }),
  });
  return (
    <form onSubmit={form.submit} className="mb-1 grid gap-2 border-b p-2 pb-3">
      <TextField
        control={form.control}
        name="from"
        label={`From (${zoneName(timeZone)})`}
        type="datetime-local"
        step={1}
      />
      <TextField
        control={form.control}
        name="to"
        label={`To (${zoneName(timeZone)})`}
        type="datetime-local"
        step={1}
      />
      <Button type="submit">Apply</Button>
    </form>
  );
}
