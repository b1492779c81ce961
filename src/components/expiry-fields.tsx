"use client";

import type { FieldValues } from "react-hook-form";
import {
  EXPIRY_CHOICES,
  type ExpiryChoice,
  type ExpiryValues,
  toExpiresAt,
  toLocalInput,
} from "@/lib/expiry";
import { localTime, utcTime } from "@/lib/relative-time";
import { type FieldOf, useField } from "@/lib/use-zod-form";
import { Field } from "./field";
import { Input } from "./ui/input";
import { Select } from "./ui/select";

const OPTIONS = (["never", "30", "90", "365", "custom"] as const satisfies readonly ExpiryChoice[]).map(
  (value) => ({ value, label: EXPIRY_CHOICES[value].label }),
);

interface ExpiryFieldsProps<Values extends FieldValues> extends FieldOf<Values, ExpiryValues> {
  /** Whether it may have expired already: for records that come from elsewhere. */
  pastAllowed?: boolean;
}

/** When something stops working by itself. */
export function ExpiryFields<Values extends FieldValues>({
  pastAllowed = false,
  ...of
}: ExpiryFieldsProps<Values>) {
  const { value, onChange, ref, error } = useField<Values, ExpiryValues>(of);
  const isCustom = value.expiry === "custom";
  const hint = hintOf(value);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Expires" {...(!isCustom && { error, hint, controlRef: ref })}>
        <Select
          value={value.expiry}
          onValueChange={(expiry) => onChange({ ...value, expiry })}
          options={OPTIONS}
        />
      </Field>
      {isCustom && (
        <Field
          label="Date and time"
          error={error && (value.customExpiry === "" ? "Choose a date and a time" : error)}
          hint={hint}
          controlRef={ref}
        >
          <Input
            type="datetime-local"
            value={value.customExpiry}
            onChange={(event) => onChange({ ...value, customExpiry: event.target.value })}
            min={pastAllowed ? undefined : toLocalInput(new Date())}
            max="9999-12-31T23:59"
            className="tabular-nums"
          />
        </Field>
      )}
    </div>
  );
}

/** The instant in words, because the input shows local time and the rest of the world reads UTC. */
function hintOf(values: ExpiryValues): string | undefined {
  const expiresAt = toExpiresAt(values, new Date());
  if (!expiresAt) return undefined;
  const at = Date.parse(expiresAt);
  return values.expiry === "custom" ? utcTime(at) : `${localTime(at)}, counted from when you save`;
}
