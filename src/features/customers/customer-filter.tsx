"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { FilterChip } from "@/components/filter-chip";
import { SearchInput } from "@/components/search-input";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { trpc } from "@/trpc/client";

interface CustomerFilterProps {
  value: Id<"cus"> | null;
  environment: Environment | null;
  onChange: (customer: Id<"cus"> | null) => void;
}

/** Narrows a list of something else to one customer, found by the server. The page hands it to that list. */
export function CustomerFilter({ value, environment, onChange }: CustomerFilterProps) {
  const [search, setSearch] = useState("");
  const [opened, setOpened] = useState(false);
  const found = trpc.customers.list.useQuery(
    { search, environment, limit: 10 },
    { enabled: opened, placeholderData: keepPreviousData },
  );
  // A customer that a link names need not be among those found.
  const named = trpc.customers.get.useQuery({ id: value ?? "cus_" }, { enabled: value !== null });
  const customers = [...(value !== null && named.data ? [named.data] : []), ...(found.data?.data ?? [])];
  const options = new Map(customers.map((customer) => [customer.id, customer.email]));
  return (
    <FilterChip
      label="Customer"
      options={[...options].map(([id, label]) => ({ value: id, label }))}
      value={value === null ? [] : [value]}
      onChange={([customer = null]) => onChange(customer)}
      onOpen={() => setOpened(true)}
    >
      <SearchInput
        label="Find by e-mail or name"
        value={search}
        onChange={setSearch}
        className="mb-1 sm:w-64"
      />
      {found.data && options.size === 0 && (
        <p className="px-2 py-1.5 text-ink-2 text-sm">
          {search === "" ? "No customers yet." : "None matches."}
        </p>
      )}
      {found.error && <p className="px-2 py-1.5 text-bad text-sm">The search failed. Type again to retry.</p>}
    </FilterChip>
  );
}
