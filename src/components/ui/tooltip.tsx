"use client";

import type * as TooltipPrimitive from "radix-ui/tooltip";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";
import { Late } from "@/lib/late";
import { AdoptTrigger, LatePopup, LateTrigger, useLateCode } from "./late-popup";

const tooltipCode = new Late(() => import("radix-ui/tooltip"));

const OPENS_AFTER_MS = 300;

export function Tooltip(props: Omit<ComponentProps<typeof LatePopup>, "code">) {
  return <LatePopup {...props} code={tooltipCode} />;
}

export const TooltipTrigger = LateTrigger;

/** Text that explains its trigger on hover and on focus. For text only: nothing in it can be reached or pressed. */
export function TooltipContent({
  className,
  sideOffset = 6,
  ...props
}: ComponentProps<typeof TooltipPrimitive.Content>) {
  const { parts, root } = useLateCode(tooltipCode);
  if (!parts) return null;
  return (
    <parts.Provider delayDuration={OPENS_AFTER_MS}>
      <parts.Root {...root}>
        <parts.Trigger asChild>
          <AdoptTrigger />
        </parts.Trigger>
        <parts.Portal>
          <parts.Content
            {...props}
            sideOffset={sideOffset}
            collisionPadding={8}
            className={cn(
              "z-50 max-w-80 rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-ink text-xs shadow-overlay data-[state=delayed-open]:animate-appear",
              className,
            )}
          />
        </parts.Portal>
      </parts.Root>
    </parts.Provider>
  );
}
