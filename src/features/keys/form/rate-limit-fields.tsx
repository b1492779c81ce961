"use client";

import { Field } from "@/components/field";
import { Input } from "@/components/ui/input";
import { RATE_LIMIT_WINDOW_NAMES, RATE_LIMIT_WINDOWS } from "@/contracts/keys";
import type { KeyFormErrors } from "./key-form-issues";
import type { KeyFormValues } from "./key-form-values";

interface RateLimitFieldsProps {
  values: KeyFormValues["rateLimits"];
  onChange: (values: KeyFormValues["rateLimits"]) => void;
  errors: KeyFormErrors;
}

/** Calls per window. An empty window has no limit of its own; one of them must be set. */
export function RateLimitFields({ values, onChange, errors }: RateLimitFieldsProps) {
  const missing = errors.rateLimits;
  return (
    <fieldset>
      <legend className="font-medium text-sm">Rate limits</legend>
      <p className="text-ink-3 text-xs">
        Calls the key may make. Where several are set, all must pass. Leave empty what needs no limit.
      </p>
      <div className="mt-2 grid grid-cols-3 gap-3">
        {RATE_LIMIT_WINDOW_NAMES.map((window, index) => (
          <Field
            key={window}
            label={RATE_LIMIT_WINDOWS[window].label}
            error={errors[`rateLimits.${window}`] ?? (index === 0 ? missing : undefined)}
          >
            <Input
              value={values[window]}
              onChange={(event) => onChange({ ...values, [window]: event.target.value })}
              // Not type="number": its wheel and arrow keys change figures unnoticed, and it hides what it cannot read.
              inputMode="numeric"
              autoComplete="off"
              maxLength={12}
              className="tabular-nums"
            />
          </Field>
        ))}
      </div>
    </fieldset>
  );
}
