import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";
import { CONTROL_CLASSES } from "./input";

/** Several lines of text. `mono` for keys, ids and addresses. */
export function Textarea({
  mono = false,
  className,
  rows = 3,
  ...props
}: ComponentProps<"textarea"> & { mono?: boolean }) {
  return (
    <textarea
      {...props}
      rows={rows}
      className={cn(
        CONTROL_CLASSES,
        "block w-full px-2.5 py-1.5",
        mono && "font-mono tracking-tight",
        className,
      )}
    />
  );
}
