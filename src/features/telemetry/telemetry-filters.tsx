"use client";

import { X } from "lucide-react";
import { useState } from "react";
import { FilterBar } from "@/components/filter-bar";
import { FilterChip } from "@/components/filter-chip";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/select";
import { ValueFilter } from "@/components/value-filter";
import type { Environment } from "@/contracts/environments";
import { trpc } from "@/trpc/client";
import {
  daysShown,
  instantsShown,
  isNarrowed,
  NO_TELEMETRY_FILTERS,
  type Period,
  type TelemetryQuery,
} from "./telemetry-query";

const PERIOD_OPTIONS: { value: Period; label: string }[] = [
  { value: "1", label: "Today" },
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
];

const FLAGGED_OPTIONS = [
  { value: "yes", label: "Flagged" },
  { value: "no", label: "Not flagged" },
] as const;

interface TelemetryFiltersProps {
  query: TelemetryQuery;
  environment: Environment | null;
  today: string;
  onChange: (patch: Partial<TelemetryQuery>) => void;
}

/** The days that the page is about, and what the list is narrowed to. */
export function TelemetryFilters({ query, environment, today, onChange }: TelemetryFiltersProps) {
  const days = daysShown(query, today);
  return (
    <FilterBar onClear={isNarrowed(query) ? () => onChange(NO_TELEMETRY_FILTERS) : null}>
      {days.to === null ? (
        <Select
          aria-label="Days"
          size="sm"
          value={query.period}
          onValueChange={(period) => onChange({ period })}
          options={PERIOD_OPTIONS}
          className="w-28"
        />
      ) : (
        <Button size="sm" onClick={() => onChange({ from: null, to: null })}>
          <span className="tabular-nums">
            {days.from === days.to ? days.from : `${days.from} to ${days.to}`}
          </span>
          <X aria-hidden />
          <span className="sr-only">, show the last {query.period} days again</span>
        </Button>
      )}
      <NameFilter of="type" query={query} environment={environment} today={today} onChange={onChange} />
      <NameFilter of="product" query={query} environment={environment} today={today} onChange={onChange} />
      <FilterChip
        label="Flags"
        options={FLAGGED_OPTIONS}
        value={query.flagged === null ? [] : [query.flagged]}
        onChange={([flagged = null]) => onChange({ flagged })}
      />
    </FilterBar>
  );
}

const NAMES = {
  type: { label: "Type", searchLabel: "Find a type" },
  product: { label: "Product", searchLabel: "Find a product" },
} as const;

function NameFilter({
  of,
  query,
  environment,
  today,
  onChange,
}: TelemetryFiltersProps & { of: keyof typeof NAMES }) {
  const { from } = instantsShown(query, today);
  const [opened, setOpened] = useState(false);
  const names = trpc.telemetry.names.useQuery({ of, environment, from }, { enabled: opened });
  return (
    <ValueFilter
      {...NAMES[of]}
      value={query[of]}
      values={names.data}
      failed={names.isError}
      onOpen={() => setOpened(true)}
      onChange={(name) => onChange({ [of]: name })}
    />
  );
}
