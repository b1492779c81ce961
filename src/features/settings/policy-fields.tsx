"use client";

import { X } from "lucide-react";
import { useId, useState } from "react";
import type { Control, FieldPathByValue } from "react-hook-form";
import { FieldError } from "@/components/field";
import { DigitsField } from "@/components/form-fields";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Select } from "@/components/ui/select";
import { RATE_LIMIT_WINDOW_NAMES, RATE_LIMIT_WINDOWS } from "@/contracts/keys";
import { PERMISSION_DETAILS, PERMISSIONS, type Permission } from "@/contracts/permissions";
import { useField } from "@/lib/use-zod-form";
import type { PolicyValues } from "./policy-values";

const OPTIONS = PERMISSIONS.map((value) => ({ value, label: PERMISSION_DETAILS[value].label }));

/** Every rule of a policy. An empty field is a rule that is not in force. */
export function PolicyFields({ control }: { control: Control<PolicyValues> }) {
  return (
    <>
      <DigitsField
        control={control}
        name="maxLifetimeDays"
        label="Longest lifetime, days"
        hint="From a key's creation to its expiry. Empty: no bound."
        noNumber="Must be a whole number of days"
        placeholder="No bound"
      />
      <DigitsField
        control={control}
        name="silenceDays"
        label="Revoke without use after, days"
        hint="Told 14 days before in Findings, and never within 7 days of setting this. Empty: never."
        noNumber="Must be a whole number of days"
        placeholder="Never"
      />
      <fieldset className="space-y-2 sm:col-span-2">
        <legend className="font-medium text-sm">Every key must have</legend>
        <TickField control={control} name="expiryRequired" label="An expiry" />
        <TickField control={control} name="addressesRequired" label="A list of allowed addresses" />
      </fieldset>
      <fieldset className="sm:col-span-2">
        <legend className="font-medium text-sm">Highest limits</legend>
        <p className="text-ink-3 text-xs">
          A key must have a limit for each window named here, and that at most.
        </p>
        <div className="mt-2 grid grid-cols-3 gap-3">
          {RATE_LIMIT_WINDOW_NAMES.map((window) => (
            <DigitsField
              key={window}
              control={control}
              name={`maxRateLimits.${window}`}
              label={RATE_LIMIT_WINDOWS[window].label}
              noNumber="Must be a whole number"
              placeholder="No bound"
            />
          ))}
        </div>
      </fieldset>
      <PermissionsField
        control={control}
        name="forbiddenPermissions"
        legend="Permissions not granted"
        hint="A permission that includes one of them is not granted either."
      />
      <PairsField control={control} />
      <PermissionsField
        control={control}
        name="approvalPermissions"
        legend="Permissions that take a second person"
        hint="A new key with one of them, an existing one that gets it, or comes back with it, is approved by somebody else first."
      />
    </>
  );
}

interface TickFieldProps {
  control: Control<PolicyValues>;
  name: FieldPathByValue<PolicyValues, boolean>;
  label: string;
}

function TickField({ control, name, label }: TickFieldProps) {
  const id = useId();
  const { value, onChange, ref } = useField<PolicyValues, boolean>({ control, name });
  return (
    <div className="flex items-center gap-2.5 text-sm">
      <Checkbox id={id} ref={ref} checked={value} onCheckedChange={(on) => onChange(on === true)} />
      <label htmlFor={id}>{label}</label>
    </div>
  );
}

interface PermissionsFieldProps {
  control: Control<PolicyValues>;
  name: "forbiddenPermissions" | "approvalPermissions";
  legend: string;
  hint: string;
}

/** Permissions that a rule is about. */
function PermissionsField({ control, name, legend, hint }: PermissionsFieldProps) {
  const id = useId();
  const { value, onChange, ref } = useField<PolicyValues, Permission[]>({
    control,
    name,
  });
  const toggle = (permission: Permission, on: boolean) =>
    onChange(PERMISSIONS.filter((other) => (other === permission ? on : value.includes(other))));
  return (
    <fieldset
      className="sm:col-span-2"
      ref={(fieldset) => ref(fieldset?.querySelector<HTMLElement>("[role=checkbox]"))}
    >
      <legend className="font-medium text-sm">{legend}</legend>
      <p className="text-ink-3 text-xs">{hint}</p>
      <div className="mt-2 grid gap-x-6 gap-y-2 sm:grid-cols-2">
        {OPTIONS.map(({ value: permission, label }) => (
          <div key={permission} className="flex items-center gap-2.5 text-sm">
            <Checkbox
              id={`${id}-${permission}`}
              checked={value.includes(permission)}
              onCheckedChange={(on) => toggle(permission, on === true)}
            />
            <label htmlFor={`${id}-${permission}`}>{label}</label>
          </div>
        ))}
      </div>
    </fieldset>
  );
}

/** Pairs of permissions that no key may have together. */
function PairsField({ control }: { control: Control<PolicyValues> }) {
  const errorId = useId();
  const [one, setOne] = useState<Permission>();
  const [other, setOther] = useState<Permission>();
  const {
    value: pairs,
    onChange,
    error,
  } = useField<PolicyValues, [Permission, Permission][]>({
    control,
    name: "separatedPermissions",
  });
  const add = () => {
    if (!one || !other) return;
    onChange([...pairs, [one, other]]);
    setOne(undefined);
    setOther(undefined);
  };
  return (
    <fieldset className="sm:col-span-2" aria-describedby={error ? errorId : undefined}>
      <legend className="font-medium text-sm">Permissions not combined</legend>
      <p className="text-ink-3 text-xs">No key has both of a pair, counting what each includes.</p>
      {pairs.length > 0 && (
        <ul aria-label="Pairs" className="mt-2 flex flex-wrap gap-1.5">
          {pairs.map((pair) => {
            const text = pair.map((permission) => PERMISSION_DETAILS[permission].label).join(" with ");
            return (
              <li
                key={text}
                className="inline-flex max-w-full items-center gap-1 rounded-md border bg-sunken py-0.5 pr-0.5 pl-2 text-sm"
              >
                <span className="min-w-0">{text}</span>
                <button
                  type="button"
                  aria-label={`Remove ${text}`}
                  onClick={() => onChange(pairs.filter((kept) => kept !== pair))}
                  className="grid size-6 place-items-center rounded-sm text-ink-3 hover:bg-idle-soft hover:text-ink"
                >
                  <X aria-hidden className="size-3.5" />
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <div className="mt-2 grid items-center gap-2 sm:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)_auto]">
        <Select
          aria-label="One of a pair"
          value={one}
          onValueChange={setOne}
          options={OPTIONS}
          placeholder="Choose a permission"
        />
        <span className="text-ink-3 text-sm">with</span>
        <Select
          aria-label="The other of a pair"
          value={other}
          onValueChange={setOther}
          options={OPTIONS.map((option) => ({ ...option, disabled: option.value === one }))}
          placeholder="Choose another"
        />
        <Button onClick={add} aria-disabled={!one || !other}>
          Add pair
        </Button>
      </div>
      {error && (
        <div className="mt-1.5">
          <FieldError id={errorId}>{error}</FieldError>
        </div>
      )}
    </fieldset>
  );
}
