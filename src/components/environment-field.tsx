"use client";

import type { useEnvironmentChoice } from "@/lib/use-environment-choice";
import { EnvironmentSelect } from "./environment-select";
import { Field } from "./field";

interface EnvironmentFieldProps {
  choice: ReturnType<typeof useEnvironmentChoice>;
  /** What the server says of it. */
  error?: string;
  hint?: string;
}

/** Which environment a form is for, as {@link useEnvironmentChoice} keeps it. */
export function EnvironmentField({ choice, error, hint }: EnvironmentFieldProps) {
  return (
    <Field label="Environment" error={choice.error ?? error} hint={hint}>
      <EnvironmentSelect value={choice.chosen} onValueChange={choice.choose} />
    </Field>
  );
}
