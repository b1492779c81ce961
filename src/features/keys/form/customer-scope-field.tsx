"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useId, useState } from "react";
import { type Control, useWatch } from "react-hook-form";
import { Combobox, type ComboboxOption } from "@/components/combobox";
import { ErrorNotice } from "@/components/error-notice";
import { FieldError } from "@/components/field";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { useField } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import type { CustomerChoice, CustomerScope, KeyFormValues } from "./key-form-values";

/** Whether the key sees every customer of its environment, or only some. */
export function CustomerScopeField({ control }: { control: Control<KeyFormValues> }) {
  const id = useId();
  const environment = useWatch({ control, name: "environment" });
  const field = useField<KeyFormValues, CustomerScope>({ control, name: "customers" });
  const { value: scope, onChange, ref, error } = field;
  const choose = (chosen: CustomerChoice[]) => onChange({ ...scope, chosen });
  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined}>
      <legend className="font-medium text-sm">Customers</legend>
      <div className="mt-1.5 space-y-1.5 text-sm">
        <label className="flex min-h-6 items-center gap-2.5">
          <input
            type="radio"
            name={id}
            checked={!scope.scoped}
            onChange={() => onChange({ ...scope, scoped: false })}
            className="size-4 accent-accent"
          />
          {environment ? `All of ${ENVIRONMENT_DETAILS[environment].label}` : "All of the environment"}
        </label>
        <label className="flex min-h-6 items-center gap-2.5">
          <input
            type="radio"
            name={id}
            ref={ref}
            checked={scope.scoped}
            onChange={() => onChange({ ...scope, scoped: true })}
            aria-invalid={error ? true : undefined}
            className="size-4 accent-accent"
          />
          Only these
        </label>
      </div>
      {error && (
        <div className="mt-1.5">
          <FieldError id={`${id}-error`}>{error}</FieldError>
        </div>
      )}
      {scope.scoped && (
        <div className="mt-2 space-y-2">
          <ChosenCustomers customers={scope.chosen} onChange={choose} />
          {environment ? (
            <CustomerPicker
              // A new one per environment: it must not show the customers of the last one while it asks for the next.
              key={environment}
              environment={environment}
              chosen={scope.chosen}
              onChange={choose}
            />
          ) : (
            <p className="text-ink-2 text-sm">Choose an environment first: its customers appear here.</p>
          )}
        </div>
      )}
    </fieldset>
  );
}

interface ChosenCustomersProps {
  customers: readonly CustomerChoice[];
  onChange: (customers: CustomerChoice[]) => void;
}

function ChosenCustomers({ customers, onChange }: ChosenCustomersProps) {
  if (customers.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-1.5" aria-label="Chosen">
      {customers.map((customer) => (
        <li
          key={customer.id}
          className="inline-flex max-w-full items-center gap-1 rounded-md border bg-sunken py-0.5 pr-0.5 pl-2 text-sm"
        >
          <span className="truncate">{customer.email}</span>
          <button
            type="button"
            aria-label={`Remove ${customer.email}`}
            onClick={() => onChange(customers.filter((other) => other.id !== customer.id))}
            className="grid size-6 place-items-center rounded-sm text-ink-3 hover:bg-idle-soft hover:text-ink"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  );
}

interface CustomerPickerProps {
  environment: Environment;
  chosen: readonly CustomerChoice[];
  onChange: (customers: CustomerChoice[]) => void;
}

/** Customers of one environment to pick from, found by the server. A second press takes one back. */
function CustomerPicker({ environment, chosen, onChange }: CustomerPickerProps) {
  const [search, setSearch] = useState("");
  const found = trpc.customers.list.useQuery(
    { search, environment, limit: 20 },
    { placeholderData: keepPreviousData },
  );
  const { label } = ENVIRONMENT_DETAILS[environment];
  const customers = found.data?.data ?? [];
  const toggle = ({ value: picked }: ComboboxOption<string>) => {
    const others = chosen.filter(({ id }) => id !== picked);
    const customer = customers.find(({ id }) => id === picked);
    if (others.length < chosen.length) onChange(others);
    else if (customer) onChange([...chosen, { id: customer.id, email: customer.email, name: customer.name }]);
  };
  return (
    <div className="rounded-lg border p-2">
      <Combobox
        label="Find by e-mail or name"
        search={search}
        onSearch={setSearch}
        options={customers.map(({ id, email, name }) => ({ value: id, label: email, detail: name }))}
        chosen={chosen.map(({ id }) => id)}
        onPick={toggle}
        searching={found.isPending || found.isPlaceholderData}
        none={
          search === "" ? `${label} has no customers yet.` : `No customer of ${label} matches “${search}”.`
        }
        failure={found.error && <ErrorNotice error={found.error} onRetry={() => found.refetch()} />}
        more={Boolean(found.data?.nextCursor)}
        className="h-44"
      />
    </div>
  );
}
