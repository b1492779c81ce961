import { PageHeader } from "@/components/page-header";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { FINDINGS_HEADING } from "@/features/findings/findings-heading";
import { KeysTabs } from "../keys-tabs";

/** The list's place while the server reads it. */
export default function FindingsLoading() {
  return (
    <>
      <PageHeader {...FINDINGS_HEADING} />
      <KeysTabs />
      <Card aria-busy className="mt-14 divide-y">
        {Array.from({ length: 10 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
          <div key={index} className="flex h-16 items-center gap-8 px-3">
            <Skeleton className="w-16" />
            <Skeleton className="w-56" />
            <Skeleton className="w-40" />
          </div>
        ))}
      </Card>
    </>
  );
}
