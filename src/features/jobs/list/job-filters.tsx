"use client";

import { FilterBar } from "@/components/filter-bar";
import { FilterChip } from "@/components/filter-chip";
import { SearchInput } from "@/components/search-input";
import { JOB_STATUSES, JOB_TYPE_NAMES } from "@/contracts/jobs";
import { jobStatusLabel, jobTypeLabel } from "../job-status";
import { isNarrowed, type JobListQuery, NO_JOB_FILTERS } from "./job-list-query";

const STATUS_OPTIONS = JOB_STATUSES.map((value) => ({ value, label: jobStatusLabel(value) }));
const TYPE_OPTIONS = JOB_TYPE_NAMES.map((value) => ({ value, label: jobTypeLabel({ type: value }) }));

interface JobFilterBarProps {
  query: JobListQuery;
  /** Off where the list is empty and offers the same itself. */
  clearable: boolean;
  onChange: (patch: Partial<JobListQuery>) => void;
}

/** Search and filters of the history. */
export function JobFilterBar({ query, clearable, onChange }: JobFilterBarProps) {
  return (
    <FilterBar onClear={clearable && isNarrowed(query) ? () => onChange(NO_JOB_FILTERS) : null}>
      <SearchInput
        label="Search who started it, or an id"
        value={query.search}
        onChange={(search) => onChange({ search })}
      />
      <FilterChip
        label="Status"
        multiple
        options={STATUS_OPTIONS}
        value={query.statuses}
        onChange={(statuses) => onChange({ statuses })}
      />
      <FilterChip
        label="Type"
        multiple
        options={TYPE_OPTIONS}
        value={query.types}
        onChange={(types) => onChange({ types })}
      />
    </FilterBar>
  );
}
