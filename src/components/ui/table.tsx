import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

/** A table that scrolls sideways within its frame where the screen is narrow. */
export function Table({ className, ...props }: ComponentProps<"table">) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <div tabIndex={0} className="overflow-x-auto focus-visible:-outline-offset-2">
      <table {...props} className={cn("w-full border-collapse text-sm", className)} />
    </div>
  );
}

export function TableHeader(props: ComponentProps<"thead">) {
  return <thead {...props} />;
}

export function TableBody({ className, ...props }: ComponentProps<"tbody">) {
  return <tbody {...props} className={cn("[&>tr:last-child>td]:border-b-0", className)} />;
}

export function TableRow({ className, ...props }: ComponentProps<"tr">) {
  return <tr {...props} className={cn("in-[tbody]:hover:bg-sunken", className)} />;
}

/** A heading cell, of a column unless `scope` says otherwise. */
export function TableHead({ className, scope = "col", ...props }: ComponentProps<"th">) {
  return (
    <th
      {...props}
      scope={scope}
      className={cn(
        "h-9 whitespace-nowrap border-b px-2 text-left first:pl-3 last:pr-3 font-medium text-ink-3 text-xs",
        className,
      )}
    />
  );
}

/** A cell, 44 px high. */
export function TableCell({ className, ...props }: ComponentProps<"td">) {
  return (
    <td {...props} className={cn("h-11 whitespace-nowrap border-b px-2 first:pl-3 last:pr-3", className)} />
  );
}
