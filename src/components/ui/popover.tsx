"use client";

import type * as PopoverPrimitive from "radix-ui/popover";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";
import { Late } from "@/lib/late";
import { AdoptTrigger, LatePopup, LateTrigger, useLateCode } from "./late-popup";

const popoverCode = new Late(() => import("radix-ui/popover"));

export function Popover(props: Omit<ComponentProps<typeof LatePopup>, "code">) {
  return <LatePopup {...props} code={popoverCode} />;
}

export function PopoverTrigger(props: ComponentProps<typeof LateTrigger>) {
  return <LateTrigger aria-haspopup="dialog" {...props} />;
}

/** The panel that a popover opens. Name it with `aria-label` or `aria-labelledby`: it is a dialog to assistive software. Its padding is the caller's. */
export function PopoverContent({
  className,
  sideOffset = 4,
  align = "start",
  ...props
}: ComponentProps<typeof PopoverPrimitive.Content>) {
  const { parts, root } = useLateCode(popoverCode);
  if (!parts) return null;
  return (
    <parts.Root {...root}>
      <parts.Trigger asChild>
        <AdoptTrigger />
      </parts.Trigger>
      <parts.Portal>
        <parts.Content
          {...props}
          sideOffset={sideOffset}
          align={align}
          collisionPadding={8}
          className={cn(
            "z-50 max-h-(--radix-popover-content-available-height) max-w-[calc(100vw-16px)] overflow-y-auto rounded-xl border border-line-strong bg-raised shadow-overlay focus-visible:outline-none data-[state=open]:animate-appear",
            className,
          )}
        />
      </parts.Portal>
    </parts.Root>
  );
}
