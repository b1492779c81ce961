import { PageHeader } from "@/components/page-header";
import { Card, CardContent } from "@/components/ui/card";
import { EXPLAIN_HEADING } from "@/features/logs/explain/heading";
import { LinesSkeleton } from "@/features/logs/lines-skeleton";

/** Shown at once, while the server draws the page. */
export default function Loading() {
  return (
    <>
      <PageHeader {...EXPLAIN_HEADING} />
      <div className="grid items-start gap-6 lg:grid-cols-[320px_minmax(0,1fr)]">
        <div className="space-y-4">
          <Card className="h-46" />
          <Card className="h-109.5" />
        </div>
        <Card className="max-w-3xl">
          <CardContent>
            <LinesSkeleton />
          </CardContent>
        </Card>
      </div>
    </>
  );
}
