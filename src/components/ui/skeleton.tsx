import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

/** The place of something that is still on its way. Give it the size of what comes. */
export function Skeleton({ className, ...props }: ComponentProps<"span">) {
  return (
    <span
      {...props}
      aria-hidden
      className={cn("block h-3 animate-pulse rounded-xs bg-idle-soft", className)}
    />
  );
}
