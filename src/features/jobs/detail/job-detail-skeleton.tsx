import { DetailSkeleton } from "@/components/detail-skeleton";
import { Card } from "@/components/ui/card";

/** The place of a job's page while the server reads it. */
export function JobDetailSkeleton() {
  return (
    <DetailSkeleton className="lg:grid-cols-[minmax(0,2fr)_minmax(340px,1fr)]">
      <Card className="h-15" />
      <Card className="h-36" />
    </DetailSkeleton>
  );
}
