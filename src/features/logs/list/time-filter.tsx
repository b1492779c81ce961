"use client";

import { FilterRadios } from "@/components/filter-chip";
import { FilterPopover } from "@/components/filter-popover";
import { onDemand } from "@/components/on-demand";
import { useTimeZone } from "@/components/session-context";
import {
  DEFAULT_REQUEST_PERIOD,
  REQUEST_PERIOD_NAMES,
  REQUEST_PERIODS,
  type RequestPeriod,
} from "@/contracts/request-queries";
import { timeWords } from "../time-words";

const CustomTime = onDemand(
  () => import("./custom-time").then((module) => module.CustomTime),
  <div className="mb-1 h-55 border-b" />,
);

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

export interface TimeFilterProps {
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
