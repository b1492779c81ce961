"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useWatch } from "react-hook-form";
import { Combobox, type ComboboxOption } from "@/components/combobox";
import { ErrorNotice } from "@/components/error-notice";
import { FieldError } from "@/components/field";
import { TextField } from "@/components/form-fields";
import { ENVIRONMENT_DETAILS, type Environment } from "@/contracts/environments";
import { useField, type ZodForm } from "@/lib/use-zod-form";
import { trpc } from "@/trpc/client";
import type { LicenseFormValues, OwnerChoice } from "./license-form-values";

const OWNERS = { existing: "A customer", new: "A new customer", none: "Nobody yet" } as const;

interface OwnerFieldProps {
  form: ZodForm<LicenseFormValues>;
  /** A change of a licence cannot make a customer. */
  choices: readonly LicenseFormValues["owner"][];
}

/** Whose licence it is. */
export function OwnerField({ form: { control }, choices }: OwnerFieldProps) {
  const id = useId();
  const environment = useWatch({ control, name: "environment" });
  const owner = useField<LicenseFormValues, LicenseFormValues["owner"]>({ control, name: "owner" });
  const customer = useField<LicenseFormValues, OwnerChoice | null>({ control, name: "customerId" });
  const isExisting = owner.value === "existing";
  const said = customer.value === null ? "Choose a customer, or another kind of owner" : customer.error;
  const error = isExisting && customer.error ? said : undefined;
  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined}>
      <legend className="font-medium text-sm">Belongs to</legend>
      <div className="mt-1.5 flex flex-wrap gap-x-6 gap-y-1.5 text-sm">
        {choices.map((choice) => (
          <label key={choice} className="flex min-h-6 items-center gap-2.5">
            <input
              type="radio"
              name={id}
              ref={choice === "existing" ? customer.ref : undefined}
              checked={owner.value === choice}
              onChange={() => owner.onChange(choice)}
              aria-invalid={error && choice === "existing" ? true : undefined}
              className="size-4 accent-accent"
            />
            {OWNERS[choice]}
          </label>
        ))}
      </div>
      {error && (
        <div className="mt-1.5">
          <FieldError id={`${id}-error`}>{error}</FieldError>
        </div>
      )}
      {isExisting && !environment && (
        <p className="mt-1.5 text-ink-2 text-sm">Choose an environment first: its customers appear here.</p>
      )}
      {isExisting && environment && (
        <OwnerPicker
          // A new one per environment: it must not show the customers of the last one while it asks for the next.
          key={environment}
          environment={environment}
          chosen={customer.value}
          onChange={customer.onChange}
        />
      )}
      {owner.value === "new" && (
        <TextField
          control={control}
          name="customer.email"
          label="Customer's e-mail"
          type="email"
          hint="If a customer has it already, the licence becomes theirs."
          className="mt-3"
        />
      )}
      {owner.value === "none" && (
        <p className="mt-1.5 text-ink-3 text-xs">
          The licence is available: it cannot be activated until it belongs to somebody.
        </p>
      )}
    </fieldset>
  );
}

interface OwnerPickerProps {
  environment: Environment;
  chosen: OwnerChoice | null;
  onChange: (customer: OwnerChoice) => void;
}

/** One customer of an environment to choose, found by the server. */
function OwnerPicker({ environment, chosen, onChange }: OwnerPickerProps) {
  const [search, setSearch] = useState("");
  const found = trpc.customers.list.useQuery(
    { search, environment, limit: 20 },
    { placeholderData: keepPreviousData },
  );
  const { label } = ENVIRONMENT_DETAILS[environment];
  return (
    <div className="mt-2 rounded-lg border p-2">
      <Combobox
        label="Find by e-mail or name"
        search={search}
        onSearch={setSearch}
        options={(found.data?.data ?? []).map(optionOf)}
        searching={found.isPending || found.isPlaceholderData}
        chosen={chosen ? [chosen.id] : []}
        first={chosen ? optionOf(chosen) : undefined}
        onPick={({ value, label }) => onChange({ id: value, email: label })}
        none={
          search === "" ? `${label} has no customers yet.` : `No customer of ${label} matches “${search}”.`
        }
        failure={found.error && <ErrorNotice error={found.error} onRetry={() => found.refetch()} />}
        more={Boolean(found.data?.nextCursor)}
        className="h-28"
      />
    </div>
  );
}

function optionOf({ id, email }: OwnerChoice): ComboboxOption<OwnerChoice["id"]> {
  return { value: id, label: email };
}
