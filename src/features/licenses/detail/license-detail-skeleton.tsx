import { DetailSkeleton } from "@/components/detail-skeleton";
import { Card } from "@/components/ui/card";

/** The place of a licence's page while the server reads it. */
export function LicenseDetailSkeleton() {
  return (
    <DetailSkeleton className="lg:grid-cols-[minmax(0,2fr)_minmax(340px,1fr)]">
      <Card className="h-56" />
    </DetailSkeleton>
  );
}
