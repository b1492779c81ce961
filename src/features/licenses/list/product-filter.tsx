"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { FilterChip } from "@/components/filter-chip";
import { SearchInput } from "@/components/search-input";
import type { Environment } from "@/contracts/environments";
import { trpc } from "@/trpc/client";

/** Products are no records of their own: those of this many licences are offered, and typing finds the others. */
const LOOKED_AT = 100;

interface ProductFilterProps {
  value: string | null;
  environment: Environment | null;
  onChange: (product: string | null) => void;
}

/** Narrows the list to one product. */
export function ProductFilter({ value, environment, onChange }: ProductFilterProps) {
  const [search, setSearch] = useState("");
  const found = trpc.licenses.list.useQuery(
    { search, environment, pageSize: LOOKED_AT },
    { placeholderData: keepPreviousData },
  );
  const typed = search.toLowerCase();
  // The search finds licence keys as well; only what stands in the product counts here.
  const products = (found.data?.data ?? [])
    .map(({ product }) => product)
    .filter((product) => product.toLowerCase().includes(typed));
  const offered = [...new Set(value === null ? products : [value, ...products])].sort();
  return (
    <FilterChip
      label="Product"
      options={offered.map((product) => ({ value: product, label: product }))}
      value={value === null ? [] : [value]}
      onChange={([product = null]) => onChange(product)}
    >
      <SearchInput label="Find a product" value={search} onChange={setSearch} className="mb-1 sm:w-64" />
      {found.data && offered.length === 0 && (
        <p className="px-2 py-1.5 text-ink-2 text-sm">
          {search === "" ? "No licences yet." : "No product matches."}
        </p>
      )}
      {found.error && <p className="px-2 py-1.5 text-bad text-sm">The search failed. Type again to retry.</p>}
    </FilterChip>
  );
}
