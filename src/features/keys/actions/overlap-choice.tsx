"use client";

import { useId } from "react";
import { OVERLAPS, type Overlap } from "@/contracts/keys";

const CHOICES = Object.keys(OVERLAPS) as Overlap[];

interface OverlapChoiceProps {
  value: Overlap;
  onChange: (overlap: Overlap) => void;
}

/** When the secret before the regenerate stops working. */
export function OverlapChoice({ value, onChange }: OverlapChoiceProps) {
  const name = useId();
  return (
    <fieldset className="text-ink">
      <legend className="font-medium text-sm">The current secret stops working</legend>
      <div className="mt-1.5 grid grid-cols-2 gap-x-4 text-sm">
        {CHOICES.map((choice) => (
          <label key={choice} className="flex min-h-7 items-center gap-2.5">
            <input
              type="radio"
              name={name}
              checked={value === choice}
              onChange={() => onChange(choice)}
              className="size-4 accent-accent"
            />
            {OVERLAPS[choice].label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
