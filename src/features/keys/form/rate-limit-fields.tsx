import type { Control } from "react-hook-form";
import { DigitsField } from "@/components/form-fields";
import { RATE_LIMIT_WINDOW_NAMES, RATE_LIMIT_WINDOWS } from "@/contracts/keys";
import type { RateLimits } from "@/contracts/schemas/keys";
import type { KeyFormValues } from "./key-form-values";

interface RateLimitFieldsProps {
  control: Control<KeyFormValues>;
  /** The highest that the policy lets a key have. */
  highest?: RateLimits | undefined;
}

/** Calls per window. An empty window has no limit of its own; one of them must be set. */
export function RateLimitFields({ control, highest = {} }: RateLimitFieldsProps) {
  const hintOf = (limit: number | undefined) =>
    limit === undefined ? undefined : `At most ${limit.toLocaleString("en")} (policy)`;
  return (
    <fieldset>
      <legend className="font-medium text-sm">Rate limits</legend>
      <p className="text-ink-3 text-xs">
        Calls the key may make. Where several are set, all must pass. Leave empty what needs no limit.
      </p>
      <div className="mt-2 grid grid-cols-3 gap-3">
        {RATE_LIMIT_WINDOW_NAMES.map((window) => (
          <DigitsField
            key={window}
            control={control}
            name={`rateLimits.${window}`}
            label={RATE_LIMIT_WINDOWS[window].label}
            hint={hintOf(highest[window])}
            noNumber="Must be a whole number"
          />
        ))}
      </div>
    </fieldset>
  );
}
