import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

/** A framed surface. */
export function Card({ className, ...props }: ComponentProps<"section">) {
  return <section {...props} className={cn("min-w-0 rounded-xl border bg-surface", className)} />;
}

/** The heading row of a card: title at the left, whatever else at the right. */
export function CardHeader({ className, ...props }: ComponentProps<"div">) {
  return (
    <div
      {...props}
      className={cn(
        "flex min-h-11 flex-wrap items-center justify-between gap-2 border-b px-4 py-2",
        className,
      )}
    />
  );
}

/** The title of a card. */
export function CardTitle({ className, children, ...props }: ComponentProps<"h2">) {
  return (
    <h2 {...props} className={cn("font-medium text-base", className)}>
      {children}
    </h2>
  );
}

/** The body of a card. */
export function CardContent({ className, ...props }: ComponentProps<"div">) {
  return <div {...props} className={cn("p-4", className)} />;
}
