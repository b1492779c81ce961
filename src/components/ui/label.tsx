import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

/** The name of a control. */
export function Label({ className, ...props }: ComponentProps<"label">) {
  // biome-ignore lint/a11y/noLabelWithoutControl: the caller passes htmlFor, or wraps the control
  return <label {...props} className={cn("font-medium text-ink text-sm", className)} />;
}
