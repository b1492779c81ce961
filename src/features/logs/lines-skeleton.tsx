import { Skeleton } from "@/components/ui/skeleton";

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
