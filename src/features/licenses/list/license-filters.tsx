"use client";

import type { ReactNode } from "react";
import { FilterBar } from "@/components/filter-bar";
import { FilterChip } from "@/components/filter-chip";
import { SearchInput } from "@/components/search-input";
import type { Environment } from "@/contracts/environments";
import { LICENSE_STATUSES } from "@/contracts/licenses";
import { licenseStatusLabel } from "../license-status";
import { isNarrowed, type LicenseListQuery, NO_LICENSE_FILTERS } from "./license-list-query";
import { ProductFilter } from "./product-filter";

const STATUS_OPTIONS = LICENSE_STATUSES.map((value) => ({ value, label: licenseStatusLabel(value) }));

interface LicenseFilterBarProps {
  query: LicenseListQuery;
  environment: Environment | null;
  /** Belongs to customers, so the page hands it in. */
  customerFilter: ReactNode;
  /** Off where the list is empty and offers the same itself. */
  clearable: boolean;
  onChange: (patch: Partial<LicenseListQuery>) => void;
}

/** Search and filters of the list. */
export function LicenseFilterBar({
  query,
  environment,
  customerFilter,
  clearable,
  onChange,
}: LicenseFilterBarProps) {
  return (
    <FilterBar onClear={clearable && isNarrowed(query) ? () => onChange(NO_LICENSE_FILTERS) : null}>
      <SearchInput
        label="Search licence key, product or id"
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
      <ProductFilter
        value={query.product}
        environment={environment}
        onChange={(product) => onChange({ product })}
      />
      {customerFilter}
    </FilterBar>
  );
}
