"use client";

import { FilterBar } from "@/components/filter-bar";
import { FilterChip } from "@/components/filter-chip";
import { FINDING_KINDS, FINDING_SEVERITIES, FINDING_SEVERITY_NAMES, FINDINGS } from "@/contracts/findings";
import { type FindingListQuery, isNarrowed, NO_FINDING_FILTERS } from "./finding-list-query";

const KIND_OPTIONS = FINDING_KINDS.map((value) => ({ value, label: FINDINGS[value].label }));
const SEVERITY_OPTIONS = FINDING_SEVERITY_NAMES.map((value) => ({
  value,
  label: FINDING_SEVERITIES[value].label,
}));
const MUTED_OPTIONS = [{ value: "muted", label: "Muted" }] as const;

interface FindingFilterBarProps {
  query: FindingListQuery;
  /** Off where the list is empty and offers the same itself. */
  clearable: boolean;
  onChange: (patch: Partial<FindingListQuery>) => void;
}

/** Filters of the list; the environment is chosen in the top bar. */
export function FindingFilterBar({ query, clearable, onChange }: FindingFilterBarProps) {
  return (
    <FilterBar onClear={clearable && isNarrowed(query) ? () => onChange(NO_FINDING_FILTERS) : null}>
      <FilterChip
        label="Severity"
        multiple
        options={SEVERITY_OPTIONS}
        value={query.severities}
        onChange={(severities) => onChange({ severities })}
      />
      <FilterChip
        label="Kind"
        multiple
        options={KIND_OPTIONS}
        value={query.kinds}
        onChange={(kinds) => onChange({ kinds })}
      />
      <FilterChip
        label="State"
        options={MUTED_OPTIONS}
        value={query.muted ? ["muted"] : []}
        onChange={([muted]) => onChange({ muted: muted === "muted" })}
      />
    </FilterBar>
  );
}
