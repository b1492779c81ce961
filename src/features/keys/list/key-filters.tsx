"use client";

import type { ReactNode } from "react";
import { FilterBar } from "@/components/filter-bar";
import { FilterChip, type FilterOption } from "@/components/filter-chip";
import { SearchInput } from "@/components/search-input";
import { EXPIRY_FILTERS, KEY_STATUSES, LAST_USE_FILTERS } from "@/contracts/keys";
import { PERMISSION_DETAILS, PERMISSIONS } from "@/contracts/permissions";
import { statusLabel } from "../key-status";
import { isNarrowed, type KeyListQuery, NO_FILTERS } from "./key-list-query";
import { KeySortSelect } from "./key-sort-select";

const STATUS_OPTIONS = KEY_STATUSES.map((status) => ({ value: status, label: statusLabel(status) }));
const PERMISSION_OPTIONS = PERMISSIONS.map((value) => ({ value, label: PERMISSION_DETAILS[value].label }));
const LAST_USE_OPTIONS = optionsOf(LAST_USE_FILTERS);
const EXPIRY_OPTIONS = optionsOf(EXPIRY_FILTERS);

function optionsOf<Value extends string>(filters: Record<Value, { label: string }>): FilterOption<Value>[] {
  return (Object.keys(filters) as Value[]).map((value) => ({ value, label: filters[value].label }));
}

interface KeyFiltersProps {
  query: KeyListQuery;
  /** Belongs to customers, so the page hands it in. */
  customerFilter: ReactNode;
  /** Off where the list is empty and offers the same itself. */
  clearable: boolean;
  onChange: (patch: Partial<KeyListQuery>) => void;
}

/** Search, filters and sort of the list. */
export function KeyFilterBar({ query, customerFilter, clearable, onChange }: KeyFiltersProps) {
  return (
    <FilterBar
      onClear={clearable && isNarrowed(query) ? () => onChange({ search: "", ...NO_FILTERS }) : null}
      end={
        <div className="w-44 pt-0.5">
          <KeySortSelect sort={query.sort} direction={query.direction} onChange={onChange} />
        </div>
      }
    >
      <SearchInput
        label="Search name, key or id"
        value={query.search}
        onChange={(search) => onChange({ search })}
        // A little less than usual, so that search, chips and order share a line on a laptop.
        className="sm:w-60!"
      />
      <FilterChip
        label="Status"
        multiple
        options={STATUS_OPTIONS}
        value={query.statuses}
        onChange={(statuses) => onChange({ statuses })}
      />
      <FilterChip
        label="Permission"
        options={PERMISSION_OPTIONS}
        value={listOfOne(query.permission)}
        onChange={([permission = null]) => onChange({ permission })}
      />
      {customerFilter}
      <FilterChip
        label="Last used"
        options={LAST_USE_OPTIONS}
        value={listOfOne(query.lastUse)}
        onChange={([lastUse = null]) => onChange({ lastUse })}
      />
      <FilterChip
        label="Expiry"
        options={EXPIRY_OPTIONS}
        value={listOfOne(query.expiry)}
        onChange={([expiry = null]) => onChange({ expiry })}
      />
    </FilterBar>
  );
}

function listOfOne<Value>(value: Value | null): Value[] {
  return value === null ? [] : [value];
}
