"use client";

import { Field } from "@/components/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { localTime, utcTime } from "@/lib/relative-time";
import {
  EXPIRY_CHOICES,
  type ExpiryChoice,
  type KeyFormValues,
  toExpiresAt,
  toLocalInput,
} from "./key-form-values";

const OPTIONS = (["never", "30", "90", "365", "custom"] as const satisfies readonly ExpiryChoice[]).map(
  (value) => ({ value, label: EXPIRY_CHOICES[value].label }),
);

interface ExpiryFieldsProps {
  values: Pick<KeyFormValues, "expiry" | "customExpiry">;
  onChange: (patch: Partial<KeyFormValues>) => void;
  error: string | undefined;
}

/** When the key stops working by itself. */
export function ExpiryFields({ values, onChange, error }: ExpiryFieldsProps) {
  const isCustom = values.expiry === "custom";
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field
        label="Expires"
        error={isCustom ? undefined : error}
        hint={isCustom ? undefined : hintOf(values)}
      >
        <Select value={values.expiry} onValueChange={(expiry) => onChange({ expiry })} options={OPTIONS} />
      </Field>
      {isCustom && (
        <Field label="Date and time" error={error} hint={hintOf(values)}>
          <Input
            type="datetime-local"
            value={values.customExpiry}
            onChange={(event) => onChange({ customExpiry: event.target.value })}
            min={toLocalInput(new Date())}
            max="9999-12-31T23:59"
            className="tabular-nums"
          />
        </Field>
      )}
    </div>
  );
}

/** The instant in words, because the input shows local time and the rest of the world reads UTC. */
function hintOf(values: ExpiryFieldsProps["values"]): string | undefined {
  const expiresAt = toExpiresAt(values, new Date());
  if (!expiresAt) return undefined;
  const at = Date.parse(expiresAt);
  return values.expiry === "custom" ? utcTime(at) : `${localTime(at)}, counted from when you save`;
}
