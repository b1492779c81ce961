"use client";

import { Check, Minus } from "lucide-react";
import * as CheckboxPrimitive from "radix-ui/checkbox";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

/** A tick box: drawn with 16 px, and a target of 24 px around it. */
export function Checkbox({ className, ...props }: ComponentProps<typeof CheckboxPrimitive.Root>) {
  return (
    <CheckboxPrimitive.Root
      {...props}
      className={cn(
        "target-24 group inline-grid size-4 shrink-0 place-items-center rounded-xs border border-control bg-surface text-accent-ink",
        "data-[state=checked]:border-accent data-[state=checked]:bg-accent",
        "data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent",
        "disabled:opacity-50 aria-invalid:border-bad",
        className,
      )}
    >
      <CheckboxPrimitive.Indicator className="[&_svg]:size-3 [&_svg]:stroke-3">
        <Minus aria-hidden className="hidden group-data-[state=indeterminate]:block" />
        <Check aria-hidden className="hidden group-data-[state=checked]:block" />
      </CheckboxPrimitive.Indicator>
    </CheckboxPrimitive.Root>
  );
}
