"use client";

import * as SwitchPrimitive from "radix-ui/switch";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

/** On or off, at once: what waits for a Save button is a Checkbox. Say "On" or "Off" beside it. */
export function Switch({ className, ...props }: ComponentProps<typeof SwitchPrimitive.Root>) {
  return (
    <SwitchPrimitive.Root
      {...props}
      className={cn(
        "target-24 inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-control bg-surface px-0.5",
        "transition-colors duration-100 data-[state=checked]:border-accent data-[state=checked]:bg-accent",
        "disabled:opacity-50",
        className,
      )}
    >
      <SwitchPrimitive.Thumb className="block size-3.5 rounded-full bg-control transition-transform duration-100 data-[state=checked]:translate-x-4 data-[state=checked]:bg-accent-ink" />
    </SwitchPrimitive.Root>
  );
}
