import { SearchX } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { Button } from "@/components/ui/button";

/** There is no licence with this id: it was deleted, or never was. */
export function LicenseNotFound() {
  return (
    <>
      <PageHeader breadcrumb={[{ label: "Licences", href: "/licenses" }]} title="No such licence" />
      <EmptyState
        icon={SearchX}
        title="There is no licence with this id"
        text="It may have been deleted, or the address is not complete."
        action={
          <Button asChild>
            <Link href="/licenses">All licences</Link>
          </Button>
        }
      />
    </>
  );
}
