import { Fragment, type ReactNode } from "react";
import { cn } from "@/lib/cn";

/** Facts as pairs of name and value. */
export function KeyValue({
  items,
  className,
}: {
  items: readonly { label: string; value: ReactNode }[];
  className?: string;
}) {
  return (
    <dl className={cn("grid grid-cols-[104px_minmax(0,1fr)] gap-x-3 gap-y-2", className)}>
      {items.map(({ label, value }) => (
        <Fragment key={label}>
          <dt className="text-ink-3">{label}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
