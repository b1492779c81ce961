"use client";

import { Check } from "lucide-react";
import * as MenuPrimitive from "radix-ui/dropdown-menu";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

export const DropdownMenu = MenuPrimitive.Root;
export const DropdownMenuTrigger = MenuPrimitive.Trigger;
export const DropdownMenuRadioGroup = MenuPrimitive.RadioGroup;

const ITEM =
  "flex min-h-8 cursor-default select-none items-center gap-2 rounded-md px-2 py-1 text-sm outline-none no-underline " +
  "data-[highlighted]:bg-idle-soft data-[disabled]:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0";

/** The list that a menu button opens. */
export function DropdownMenuContent({
  className,
  sideOffset = 4,
  align = "end",
  ...props
}: ComponentProps<typeof MenuPrimitive.Content>) {
  return (
    <MenuPrimitive.Portal>
      <MenuPrimitive.Content
        {...props}
        sideOffset={sideOffset}
        align={align}
        collisionPadding={8}
        className={cn(
          "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 max-w-[calc(100vw-16px)] overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-overlay data-[state=open]:animate-appear",
          className,
        )}
      />
    </MenuPrimitive.Portal>
  );
}

/** One command. `tone="danger"` for what destroys. */
export function DropdownMenuItem({
  tone = "plain",
  className,
  ...props
}: ComponentProps<typeof MenuPrimitive.Item> & { tone?: "plain" | "danger" }) {
  return (
    <MenuPrimitive.Item
      {...props}
      className={cn(
        ITEM,
        tone === "danger" ? "text-bad data-[highlighted]:bg-bad-soft" : "text-ink",
        className,
      )}
    />
  );
}

/** One of several exclusive choices. */
export function DropdownMenuRadioItem({
  className,
  children,
  ...props
}: ComponentProps<typeof MenuPrimitive.RadioItem>) {
  return (
    <MenuPrimitive.RadioItem {...props} className={cn(ITEM, "pl-8 relative", className)}>
      <MenuPrimitive.ItemIndicator className="absolute left-2">
        <Check aria-hidden className="text-accent" />
      </MenuPrimitive.ItemIndicator>
      {children}
    </MenuPrimitive.RadioItem>
  );
}

/** A heading within a menu. */
export function DropdownMenuLabel({ className, ...props }: ComponentProps<typeof MenuPrimitive.Label>) {
  return <MenuPrimitive.Label {...props} className={cn("px-2 py-1 text-ink-3 text-xs", className)} />;
}

/** A hairline within a menu. */
export function DropdownMenuSeparator({
  className,
  ...props
}: ComponentProps<typeof MenuPrimitive.Separator>) {
  return <MenuPrimitive.Separator {...props} className={cn("-mx-1 my-1 h-px bg-line", className)} />;
}
