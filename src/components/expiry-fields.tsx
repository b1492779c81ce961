"use client";

import type { FieldValues } from "react-hook-form";
import {
  EXPIRY_CHOICES,
  type ExpiryBound,
  type ExpiryChoice,
  type ExpiryValues,
  isWithin,
  toExpiresAt,
} from "@/lib/expiry";
import { type FieldOf, useField } from "@/lib/use-zod-form";
import { fullTime, instantOf, wallClockOf, zoneName } from "@/lib/zoned-time";
import { Field } from "./field";
import { useTimeZone } from "./session-context";
import { Input } from "./ui/input";
import { Select } from "./ui/select";

const OPTIONS = (["never", "30", "90", "365", "custom"] as const satisfies readonly ExpiryChoice[]).map(
  (value) => ({ value, label: EXPIRY_CHOICES[value].label }),
);

interface ExpiryFieldsProps<Values extends FieldValues> extends FieldOf<Values, ExpiryValues> {
  /** Whether it may have expired already: for records that come from elsewhere. */
  pastAllowed?: boolean;
  /** What it has to keep to; null: nothing. What is beyond it is not offered, unless it is so already. */
  bound?: ExpiryBound | null;
}

/** When something stops working by itself. */
export function ExpiryFields<Values extends FieldValues>({
  pastAllowed = false,
  bound = null,
  ...of
}: ExpiryFieldsProps<Values>) {
  const { value, onChange, ref, error } = useField<Values, ExpiryValues>(of);
  const timeZone = useTimeZone();
  const isCustom = value.expiry === "custom";
  const hint = [hintOf(value, timeZone), bound?.reason].filter(Boolean).join(". ") || undefined;
  const toMinute = (at: number) => wallClockOf(at, timeZone).slice(0, 16);
  const now = new Date();
  const options = OPTIONS.filter((one) => one.value === value.expiry || isWithin(bound, one.value, now));
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Expires" {...(!isCustom && { error, hint, controlRef: ref })}>
        <Select
          value={value.expiry}
          onValueChange={(expiry) => onChange({ ...value, expiry })}
          options={options}
        />
      </Field>
      {isCustom && (
        <Field
          label={`Date and time (${zoneName(timeZone)})`}
          error={error && (value.customExpiry === "" ? "Choose a date and a time" : error)}
          hint={hint}
          controlRef={ref}
        >
          <Input
            type="datetime-local"
            value={value.customExpiry && toMinute(Date.parse(value.customExpiry))}
            onChange={({ target }) =>
              onChange({ ...value, customExpiry: typedInstant(target.value, timeZone) })
            }
            min={pastAllowed ? undefined : toMinute(now.getTime())}
            max={bound?.latest ? toMinute(bound.latest) : "9999-12-31T23:59"}
            className="tabular-nums"
          />
        </Field>
      )}
    </div>
  );
}

/** RFC 3339; "" for what is no date yet. */
function typedInstant(wallClock: string, timeZone: string): string {
  const at = instantOf(wallClock, timeZone);
  return Number.isNaN(at) ? "" : new Date(at).toISOString();
}

/** The instant in words: the field shows no weekday and no zone. */
function hintOf(values: ExpiryValues, timeZone: string): string | undefined {
  const expiresAt = toExpiresAt(values, new Date());
  if (!expiresAt) return undefined;
  const words = fullTime(Date.parse(expiresAt), timeZone);
  return values.expiry === "custom" ? words : `${words}, counted from when you save`;
}
