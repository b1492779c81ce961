"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { FilterChip } from "@/components/filter-chip";
import { SearchInput } from "@/components/search-input";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { NO_KEY } from "@/contracts/request-queries";
import { trpc } from "@/trpc/client";

type Choice = Id<"key"> | typeof NO_KEY;

interface KeyFilterProps {
  value: Choice | null;
  environment: Environment | null;
  onChange: (key: Choice | null) => void;
}

/** Narrows a list of something else to one key, found by the server, or to no known key. The page hands it to that list. */
export function KeyFilter({ value, environment, onChange }: KeyFilterProps) {
  const [search, setSearch] = useState("");
  const [opened, setOpened] = useState(false);
  const found = trpc.keys.list.useQuery(
    { search, environment, limit: 10 },
    { enabled: opened, placeholderData: keepPreviousData },
  );
  const id = value === NO_KEY ? null : value;
  // A key that a link names need not be among those found.
  const named = trpc.keys.get.useQuery({ id: id ?? "key_" }, { enabled: id !== null });
  const keys = [...(id !== null && named.data ? [named.data] : []), ...(found.data?.data ?? [])];
  const options = new Map<Choice, string>(keys.map((key) => [key.id, key.name]));
  if (search === "" || value === NO_KEY) options.set(NO_KEY, "no known key");
  return (
    <FilterChip
      label="Key"
      options={[...options].map(([value, label]) => ({ value, label }))}
      value={value === null ? [] : [value]}
      onChange={([key = null]) => onChange(key)}
      onOpen={() => setOpened(true)}
    >
      <SearchInput label="Find a key by name" value={search} onChange={setSearch} className="mb-1 sm:w-64" />
      {found.data && options.size === 0 && <p className="px-2 py-1.5 text-ink-2 text-sm">None matches.</p>}
      {found.error && <p className="px-2 py-1.5 text-bad text-sm">The search failed. Type again to retry.</p>}
    </FilterChip>
  );
}
