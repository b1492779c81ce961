"use client";

import * as PopoverPrimitive from "radix-ui/popover";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

export const Popover = PopoverPrimitive.Root;
export const PopoverTrigger = PopoverPrimitive.Trigger;

/** The panel that a popover opens. Name it with `aria-label` or `aria-labelledby`: it is a dialog to assistive software. Its padding is the caller's. */
export function PopoverContent({
  className,
  sideOffset = 4,
  align = "start",
  ...props
}: ComponentProps<typeof PopoverPrimitive.Content>) {
  return (
    <PopoverPrimitive.Portal>
      <PopoverPrimitive.Content
        {...props}
        sideOffset={sideOffset}
        align={align}
        collisionPadding={8}
        className={cn(
          "z-50 max-h-(--radix-popover-content-available-height) max-w-[calc(100vw-16px)] overflow-y-auto rounded-xl border border-line-strong bg-raised shadow-overlay focus-visible:outline-none data-[state=open]:animate-appear",
          className,
        )}
      />
    </PopoverPrimitive.Portal>
  );
}
