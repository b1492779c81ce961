"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { Combobox, type ComboboxOption } from "@/components/combobox";
import { ComboboxFilter } from "@/components/combobox-filter";
import type { Environment } from "@/contracts/environments";
import type { Id } from "@/contracts/ids";
import { trpc } from "@/trpc/client";

interface CustomerFilterProps {
  list: {
    state: { customerId: Id<"cus"> | null };
    environment: Environment | null;
    change: (patch: { customerId: Id<"cus"> | null }) => void;
  };
}

/** Narrows a list of something else to one customer, found by the server. The page hands it to that list. */
export function CustomerFilter({ list: { state, environment, change } }: CustomerFilterProps) {
  const value = state.customerId;
  const named = trpc.customers.get.useQuery({ id: value ?? "cus_" }, { enabled: value !== null });
  const email = value === null ? undefined : named.data?.email;
  const chosen = value === null ? undefined : { value, label: email ?? value };
  return (
    <ComboboxFilter
      label="Customer"
      value={value}
      chosen={email}
      onChange={(customerId) => change({ customerId })}
    >
      {(onPick) => <CustomerChoices chosen={chosen} environment={environment} onPick={onPick} />}
    </ComboboxFilter>
  );
}

interface CustomerChoicesProps {
  chosen: ComboboxOption<Id<"cus">> | undefined;
  environment: Environment | null;
  onPick: (option: ComboboxOption<Id<"cus">>) => void;
}

function CustomerChoices({ chosen, environment, onPick }: CustomerChoicesProps) {
  const [search, setSearch] = useState("");
  const found = trpc.customers.list.useQuery(
    { search, environment, limit: 10 },
    { placeholderData: keepPreviousData },
  );
  return (
    <Combobox
      label="Find by e-mail or name"
      search={search}
      onSearch={setSearch}
      options={(found.data?.data ?? []).map(({ id, email }) => ({ value: id, label: email }))}
      searching={found.isPending || found.isPlaceholderData}
      chosen={chosen ? [chosen.value] : []}
      first={chosen}
      onPick={onPick}
      none={search === "" ? "No customers yet." : "None matches."}
      failure={found.error && "The search failed. Type again to retry."}
      more={Boolean(found.data?.nextCursor)}
    />
  );
}
