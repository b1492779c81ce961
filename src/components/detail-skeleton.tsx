import type { ReactNode } from "react";
import { Card } from "./ui/card";
import { Skeleton } from "./ui/skeleton";

interface DetailSkeletonProps {
  /** Columns of the page, the narrower one of which holds the facts. */
  className: string;
  /** Holds the place of the other column. */
  children: ReactNode;
}

/** The place of a record's page while the server reads it: head, facts at the side, and the rest. */
export function DetailSkeleton({ className, children }: DetailSkeletonProps) {
  return (
    <div aria-busy>
      <div className="mb-5 h-19 space-y-3 pt-1">
        <Skeleton className="w-24" />
        <Skeleton className="h-5 w-64" />
        <Skeleton className="w-96 max-w-full" />
      </div>
      <div className={`grid items-start gap-4 ${className}`}>
        <Card className="h-72 lg:order-2" />
        <div className="space-y-4">{children}</div>
      </div>
    </div>
  );
}

const WIDTHS = ["w-40", "w-full", "w-64", "w-56", "w-60", "w-52"];

/** Holds the place of what is said of one call. */
export function LinesSkeleton() {
  return (
    <div aria-busy className="space-y-4">
      {WIDTHS.map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </div>
  );
}
