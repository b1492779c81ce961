import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";

/** The place of a job's page while the server reads it. */
export function JobDetailSkeleton() {
  return (
    <div aria-busy>
      <div className="mb-5 h-19 space-y-3 pt-1">
        <Skeleton className="w-28" />
        <Skeleton className="h-5 w-64" />
        <Skeleton className="w-96 max-w-full" />
      </div>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(340px,1fr)]">
        <Card className="h-72 lg:order-2" />
        <div className="space-y-4">
          <Card className="h-15" />
          <Card className="h-36" />
        </div>
      </div>
    </div>
  );
}
