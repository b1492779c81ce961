import { SearchX } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/empty-state";
import { Button } from "@/components/ui/button";

/** Stands where a customer would, if there were one. */
export function CustomerNotFound() {
  return (
    <EmptyState
      icon={SearchX}
      title="No such customer"
      text="It may have been deleted, or the address is not complete."
      action={
        <Button asChild>
          <Link href="/customers">All customers</Link>
        </Button>
      }
    />
  );
}
