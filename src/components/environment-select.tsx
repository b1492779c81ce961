"use client";

import type { Environment } from "@/contracts/environments";
import { EnvironmentBadge } from "./environment-badge";
import { useHeldEnvironments } from "./session-context";
import { Select } from "./ui/select";

interface EnvironmentSelectProps
  extends Omit<React.ComponentProps<typeof Select<Environment>>, "options" | "value"> {
  /** Null: none was chosen yet. */
  value: Environment | null;
}

/** One of the environments that the administrator has a role in. Stands in a `Field`. */
export function EnvironmentSelect({ value, ...props }: EnvironmentSelectProps) {
  const options = useHeldEnvironments().map((one) => ({
    value: one,
    label: <EnvironmentBadge value={one} />,
  }));
  return <Select {...props} value={value ?? undefined} options={options} />;
}
