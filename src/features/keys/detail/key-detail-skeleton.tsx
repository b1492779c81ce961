import { DetailSkeleton } from "@/components/detail-skeleton";
import { Card } from "@/components/ui/card";

/** The place of a key's page while the server reads it. */
export function KeyDetailSkeleton() {
  return (
    <DetailSkeleton className="lg:grid-cols-[minmax(0,2fr)_minmax(300px,1fr)]">
      <Card className="h-96.5" />
      <Card className="h-56" />
    </DetailSkeleton>
  );
}
