"use client";

import {
  EXPIRY_CHOICES,
  type ExpiryChoice,
  type ExpiryValues,
  toExpiresAt,
  toLocalInput,
} from "@/lib/expiry";
import { localTime, utcTime } from "@/lib/relative-time";
import { Field } from "./field";
import { Input } from "./ui/input";
import { Select } from "./ui/select";

const OPTIONS = (["never", "30", "90", "365", "custom"] as const satisfies readonly ExpiryChoice[]).map(
  (value) => ({ value, label: EXPIRY_CHOICES[value].label }),
);

interface ExpiryFieldsProps {
  values: ExpiryValues;
  onChange: (patch: Partial<ExpiryValues>) => void;
  error: string | undefined;
  /** Whether it may have expired already: for records that come from elsewhere. */
  pastAllowed?: boolean;
}

/** When something stops working by itself. */
export function ExpiryFields({ values, onChange, error, pastAllowed = false }: ExpiryFieldsProps) {
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
