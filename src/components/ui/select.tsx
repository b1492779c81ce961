"use client";

import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { Late } from "@/lib/late";
import { CONTROL_CLASSES } from "./input";
import { AdoptTrigger, LatePopup, LateTrigger, useLateCode } from "./late-popup";

const selectCode = new Late(() => import("radix-ui/select"));

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
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { options, placeholder = "Choose…", size = "md", className = "w-full", ...rest } = props;
  const { value, onValueChange: _onValueChange, name: _name, ...trigger } = rest;
  const chosen = options.find((option) => option.value === value);
  return (
    <LatePopup code={selectCode}>
      <LateTrigger
        {...trigger}
        role="combobox"
        aria-haspopup="listbox"
        aria-autocomplete="none"
        data-placeholder={chosen ? undefined : ""}
        className={cn(
          CONTROL_CLASSES,
          "inline-flex items-center justify-between gap-2 text-left data-[placeholder]:text-ink-3",
          size === "sm" ? "h-7 px-2 text-sm" : "h-8.5 px-2.5",
          className,
        )}
      >
        <span className="pointer-events-none truncate">{chosen ? chosen.label : placeholder}</span>
        <ChevronDown aria-hidden className="size-4 shrink-0 text-ink-3" />
      </LateTrigger>
      <SelectList {...props} />
    </LatePopup>
  );
}

/** What there is to choose from, and Radix' own state of it. */
function SelectList<Value extends string>({
  value,
  onValueChange,
  options,
  name,
  disabled,
}: SelectProps<Value>) {
  const { parts, root } = useLateCode(selectCode);
  if (!parts) return null;
  return (
    <parts.Root
      {...root}
      value={value ?? ""}
      // Radix types the value as string; it only ever gives back one of the options.
      onValueChange={(next) => onValueChange(next as Value)}
      name={name}
      disabled={disabled}
    >
      <parts.Trigger asChild>
        <AdoptTrigger />
      </parts.Trigger>
      <parts.Portal>
        <parts.Content
          position="popper"
          sideOffset={4}
          className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) overflow-hidden rounded-lg border border-line-strong bg-raised p-1 shadow-overlay data-[state=open]:animate-appear"
        >
          <parts.Viewport>
            {options.map((option) => (
              <parts.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled}
                className="flex h-8 cursor-default select-none items-center justify-between gap-4 rounded-md px-2 text-sm outline-none data-[highlighted]:bg-idle-soft data-[disabled]:opacity-50"
              >
                <parts.ItemText>{option.label}</parts.ItemText>
                <parts.ItemIndicator>
                  <Check aria-hidden className="size-4 text-accent" />
                </parts.ItemIndicator>
              </parts.Item>
            ))}
          </parts.Viewport>
        </parts.Content>
      </parts.Portal>
    </parts.Root>
  );
}
