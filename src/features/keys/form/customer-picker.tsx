"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ErrorNotice } from "@/components/error-notice";
import { SearchInput } from "@/components/search-input";
import { Checkbox } from "@/components/ui/checkbox";
import { Skeleton } from "@/components/ui/skeleton";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { keepFromSubmitting } from "@/lib/keep-from-submitting";
import { trpc } from "@/trpc/client";
import type { CustomerChoice } from "./key-form-values";

const SHOWN = 20;

interface CustomerPickerProps {
  environment: Environment;
  chosen: readonly CustomerChoice[];
  onChange: (customers: CustomerChoice[]) => void;
}

/** Customers of one environment to tick from, found by the server. */
export function CustomerPicker({ environment, chosen, onChange }: CustomerPickerProps) {
  const [search, setSearch] = useState("");
  const customers = trpc.customers.list.useQuery(
    { search, environment, limit: SHOWN },
    { placeholderData: keepPreviousData },
  );
  const toggle = (customer: CustomerChoice, on: boolean) => {
    const others = chosen.filter((other) => other.id !== customer.id);
    onChange(on ? [...others, customer] : others);
  };
  return (
    <fieldset
      aria-label="Customers to choose from"
      onKeyDown={keepFromSubmitting}
      className="rounded-lg border p-2"
    >
      <SearchInput label="Find by e-mail or name" value={search} onChange={setSearch} className="sm:w-full" />
      <div className="mt-2 h-44 overflow-y-auto" aria-busy={customers.isFetching}>
        {customers.isPending && <Waiting />}
        {customers.error && <ErrorNotice error={customers.error} onRetry={() => customers.refetch()} />}
        {customers.data?.data.length === 0 && (
          <p className="px-2 py-1.5 text-ink-2 text-sm">
            {search === ""
              ? `${ENVIRONMENT_DETAILS[environment].label} has no customers yet.`
              : `No customer of ${ENVIRONMENT_DETAILS[environment].label} matches “${search}”.`}
          </p>
        )}
        {customers.data?.data.map((customer) => (
          <CustomerRow
            key={customer.id}
            customer={customer}
            checked={chosen.some((other) => other.id === customer.id)}
            onToggle={(on) => toggle({ id: customer.id, email: customer.email, name: customer.name }, on)}
          />
        ))}
        {customers.data?.nextCursor && (
          <p className="px-2 py-1.5 text-ink-3 text-xs">Type to narrow the list: there are more.</p>
        )}
      </div>
    </fieldset>
  );
}

interface CustomerRowProps {
  customer: CustomerChoice;
  checked: boolean;
  onToggle: (on: boolean) => void;
}

function CustomerRow({ customer, checked, onToggle }: CustomerRowProps) {
  const id = useId();
  return (
    <label
      htmlFor={id}
      className="flex min-h-8 items-center gap-2.5 rounded-md px-2 text-sm hover:bg-idle-soft"
    >
      <Checkbox id={id} checked={checked} onCheckedChange={(on) => onToggle(on === true)} />
      <span className="truncate">{customer.email}</span>
      {customer.name && <span className="truncate text-ink-3">{customer.name}</span>}
    </label>
  );
}

function Waiting() {
  return (
    <div className="space-y-5 px-2 py-2.5">
      <Skeleton className="w-48" />
      <Skeleton className="w-40" />
      <Skeleton className="w-52" />
    </div>
  );
}
