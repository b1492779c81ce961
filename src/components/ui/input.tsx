import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

/** Shared by everything that is typed into. 16 px on touch screens, as Safari zooms into anything smaller. */
export const CONTROL_CLASSES =
  "rounded-lg border border-control bg-surface text-ink pointer-coarse:text-lg text-base " +
  "focus-visible:outline-offset-0 focus-visible:border-accent aria-invalid:border-bad aria-invalid:outline-bad " +
  "disabled:bg-sunken disabled:text-ink-3";

/** A line of text. `mono` for keys, ids and addresses. */
export function Input({ mono = false, className, ...props }: ComponentProps<"input"> & { mono?: boolean }) {
  return (
    <input
      {...props}
      className={cn(CONTROL_CLASSES, "h-8.5 w-full px-2.5", mono && "font-mono tracking-tight", className)}
    />
  );
}
