import { SearchX } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { Button } from "@/components/ui/button";

/** There is no key with this id: it was deleted, or never was. */
export function KeyNotFound() {
  return (
    <>
      <PageHeader breadcrumb={[{ label: "API Keys", href: "/api-keys" }]} title="No such key" />
      <EmptyState
        icon={SearchX}
        title="There is no API key with this id"
        text="It may have been deleted. What it did, and who deleted it, stays on record."
        action={
          <Button asChild>
            <Link href="/api-keys">All API keys</Link>
          </Button>
        }
      />
    </>
  );
}
