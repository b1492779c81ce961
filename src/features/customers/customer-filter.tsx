"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { ComboboxFilter } from "@/components/combobox";
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
  const emails = new Map(customers.map((customer) => [customer.id, customer.email]));
  return (
    <ComboboxFilter
      name="Customer"
      label="Find by e-mail or name"
      search={search}
      onSearch={setSearch}
      options={[...emails].map(([value, label]) => ({ value, label }))}
      value={value}
      onChange={onChange}
      onOpen={() => setOpened(true)}
      stale={found.isPlaceholderData}
      none={found.data && (search === "" ? "No customers yet." : "None matches.")}
      failure={found.error && "The search failed. Type again to retry."}
      more={Boolean(found.data?.nextCursor)}
    />
  );
}
