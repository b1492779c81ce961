"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { ComboboxFilter } from "@/components/combobox";
import type { Environment } from "@/contracts/environments";
import { NO_KEY } from "@/contracts/request-queries";
import { trpc } from "@/trpc/client";
import { type KeyChoice, useNamedKey } from "./key-select";

interface KeyFilterProps {
  value: KeyChoice | null;
  environment: Environment | null;
  onChange: (key: KeyChoice | null) => void;
}

/** Narrows a list of something else to one key, found by the server, or to no known key. The page hands it to that list. */
export function KeyFilter({ value, environment, onChange }: KeyFilterProps) {
  const [search, setSearch] = useState("");
  const [opened, setOpened] = useState(false);
  const found = trpc.keys.list.useQuery(
    { search, environment, limit: 10 },
    { enabled: opened, placeholderData: keepPreviousData },
  );
  const named = useNamedKey(value);
  const keys = [...(named ? [named] : []), ...(found.data?.data ?? [])];
  const names = new Map<KeyChoice, string>(keys.map((key) => [key.id, key.name]));
  // Not before the keys are there: the first option that there is gets the highlight, and Enter would pick it.
  if ((!found.isPending && search === "") || value === NO_KEY) names.set(NO_KEY, "no known key");
  return (
    <ComboboxFilter
      name="Key"
      label="Find a key by name"
      search={search}
      onSearch={setSearch}
      options={[...names].map(([value, label]) => ({ value, label }))}
      value={value}
      onChange={onChange}
      onOpen={() => setOpened(true)}
      stale={found.isPlaceholderData}
      none={found.data && "None matches."}
      failure={found.error && "The search failed. Type again to retry."}
      more={Boolean(found.data?.nextCursor)}
    />
  );
}
