"use client";

import { Check, ChevronDown } from "lucide-react";
import * as SelectPrimitive from "radix-ui/select";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { CONTROL_CLASSES } from "./input";

export interface SelectOption<Value extends string> {
  /** Must not be empty: Radix keeps the empty string for "nothing chosen". */
  value: Value;
  label: ReactNode;
  disabled?: boolean;
}

interface SelectProps<Value extends string> {
  value: Value | undefined;
  onValueChange: (value: Value) => void;
  options: readonly SelectOption<Value>[];
  placeholder?: string;
  id?: string;
  name?: string;
  disabled?: boolean;
  size?: "sm" | "md";
  /** Its width; all there is unless said otherwise. */
  className?: string;
  "aria-label"?: string;
  "aria-labelledby"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean | "true" | "false";
}

/** One of a few. Give it an `id` that a label points to, or an `aria-label`. */
export function Select<Value extends string>({
  value,
  onValueChange,
  options,
  placeholder = "Choose…",
  name,
  disabled,
  size = "md",
  className = "w-full",
  ...trigger
}: SelectProps<Value>) {
  return (
    <SelectPrimitive.Root
      value={value ?? ""}
      // Radix types the value as string; it only ever gives back one of the options.
      onValueChange={(next) => onValueChange(next as Value)}
      name={name}
      disabled={disabled}
    >
      <SelectPrimitive.Trigger
        {...trigger}
        className={cn(
          CONTROL_CLASSES,
          "inline-flex items-center justify-between gap-2 text-left data-[placeholder]:text-ink-3",
          size === "sm" ? "h-7 px-2 text-sm" : "h-8.5 px-2.5",
          className,
        )}
      >
        <span className="truncate">
          <SelectPrimitive.Value placeholder={placeholder}>
            {/* Given as children: Radix finds it among the options only once it runs in the browser. */}
            {options.find((option) => option.value === value)?.label}
          </SelectPrimitive.Value>
        </span>
        <SelectPrimitive.Icon asChild>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-ink-3" />
        </SelectPrimitive.Icon>
      </SelectPrimitive.Trigger>
      <SelectPrimitive.Portal>
        <SelectPrimitive.Content
          position="popper"
          sideOffset={4}
          className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) overflow-hidden rounded-lg border border-line-strong bg-raised p-1 shadow-overlay data-[state=open]:animate-appear"
        >
          <SelectPrimitive.Viewport>
            {options.map((option) => (
              <SelectPrimitive.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className="flex h-8 cursor-default select-none items-center justify-between gap-4 rounded-md px-2 text-sm outline-none data-[highlighted]:bg-idle-soft data-[disabled]:opacity-50"
              >
                <SelectPrimitive.ItemText>{option.label}</SelectPrimitive.ItemText>
                <SelectPrimitive.ItemIndicator>
                  <Check aria-hidden className="size-4 text-accent" />
                </SelectPrimitive.ItemIndicator>
              </SelectPrimitive.Item>
            ))}
          </SelectPrimitive.Viewport>
        </SelectPrimitive.Content>
      </SelectPrimitive.Portal>
    </SelectPrimitive.Root>
  );
}
