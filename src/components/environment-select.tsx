"use client";

import { ENVIRONMENTS, type Environment } from "@/contracts/environments";
import { EnvironmentBadge } from "./environment-badge";
import { Select } from "./ui/select";

interface EnvironmentSelectProps
  extends Omit<React.ComponentProps<typeof Select<Environment>>, "options" | "value"> {
  /** Null: none was chosen yet. */
  value: Environment | null;
}

const OPTIONS = ENVIRONMENTS.map((value) => ({ value, label: <EnvironmentBadge value={value} /> }));

/** One of the environments. Stands in a `Field`. */
export function EnvironmentSelect({ value, ...props }: EnvironmentSelectProps) {
  return <Select {...props} value={value ?? undefined} options={OPTIONS} />;
}
