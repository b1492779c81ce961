"use client";

import type { ReactNode } from "react";
import { FilterChip } from "@/components/filter-chip";
import { SearchInput } from "@/components/search-input";
import { Button } from "@/components/ui/button";
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
    <div className="mb-3 flex flex-wrap items-center gap-2">
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
      {clearable && isNarrowed(query) && (
        <Button variant="ghost" size="sm" onClick={() => onChange(NO_LICENSE_FILTERS)}>
          Clear filters
        </Button>
      )}
    </div>
  );
}
