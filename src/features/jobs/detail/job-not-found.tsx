import { SearchX } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { Button } from "@/components/ui/button";

/** There is no job with this id: it was deleted, or never was. */
export function JobNotFound() {
  return (
    <>
      <PageHeader breadcrumb={[{ label: "Background Jobs", href: "/jobs" }]} title="No such job" />
      <EmptyState
        icon={SearchX}
        title="There is no job with this id"
        text="It may have been deleted, or the address is not complete."
        action={
          <Button asChild>
            <Link href="/jobs">All jobs</Link>
          </Button>
        }
      />
    </>
  );
}
