"use client";

import { EnvironmentBadge } from "./environment-badge";
import { ENVIRONMENT_NAMES, type EnvironmentName } from "./environment-context";
import { Select } from "./ui/select";

interface EnvironmentSelectProps
  extends Omit<React.ComponentProps<typeof Select<EnvironmentName>>, "options"> {
  /** How they are called; the product's own table fits. */
  details: Record<EnvironmentName, { label: string }>;
}

/** One of the environments. Stands in a `Field`. */
export function EnvironmentSelect({ details, ...props }: EnvironmentSelectProps) {
  const options = ENVIRONMENT_NAMES.map((value) => ({
    value,
    label: <EnvironmentBadge value={value} label={details[value].label} />,
  }));
  return <Select {...props} options={options} />;
}
