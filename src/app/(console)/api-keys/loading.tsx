import { PageHeader } from "@/components/page-header";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { DEFAULT_PAGE_SIZE } from "@/contracts/lists";
import { KeysTabs } from "./keys-tabs";

/** The list's place while the server reads it: the same head, rows of the same height. */
export default function KeysLoading() {
  return (
    <>
      <PageHeader
        title="API Keys"
        sub="Credentials for applications, scripts and integrations. Each works in one environment only."
      />
      <KeysTabs />
      <Card aria-busy className="mt-14 divide-y">
        {Array.from({ length: DEFAULT_PAGE_SIZE }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
          <div key={index} className="flex h-11 items-center gap-8 px-3">
            <Skeleton className="w-40" />
            <Skeleton className="w-32" />
            <Skeleton className="w-20" />
          </div>
        ))}
      </Card>
    </>
  );
}
