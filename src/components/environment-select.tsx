"use client";

import { EnvironmentBadge } from "./environment-badge";
import { ENVIRONMENT_NAMES, type EnvironmentName } from "./environment-context";
import { Select } from "./ui/select";

interface EnvironmentSelectProps
  extends Omit<React.ComponentProps<typeof Select<EnvironmentName>>, "options" | "value"> {
  /** Null: none was chosen yet. */
  value: EnvironmentName | null;
  /** How they are called; the product's own table fits. */
  details: Record<EnvironmentName, { label: string }>;
}

/** One of the environments. Stands in a `Field`. */
export function EnvironmentSelect({ details, value, ...props }: EnvironmentSelectProps) {
  const options = ENVIRONMENT_NAMES.map((name) => ({
    value: name,
    label: <EnvironmentBadge value={name} label={details[name].label} />,
  }));
  return <Select {...props} value={value ?? undefined} options={options} />;
}
