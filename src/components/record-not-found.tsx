import { SearchX } from "lucide-react";
import { Link } from "@/components/link";
import { EmptyState } from "./empty-state";
import { PageHeader } from "./page-header";
import { Button } from "./ui/button";

interface RecordNotFoundProps {
  /** What it would be: "licence". */
  noun: string;
  /** More of them: "licences". */
  nouns: string;
  /** Their list, as the breadcrumb names it. */
  list: { label: string; href: string };
  text?: string;
}

/** Stands where a record would, if there were one with this id: it was deleted, or never was. */
export function RecordNotFound({
  noun,
  nouns,
  list,
  text = "It may have been deleted, or the address is not complete.",
}: RecordNotFoundProps) {
  return (
    <>
      <PageHeader breadcrumb={[list]} title={`No such ${noun}`} />
      <EmptyState
        icon={SearchX}
        title={`There is no ${noun} with this id`}
        text={text}
        action={
          <Button asChild>
            <Link href={list.href}>All {nouns}</Link>
          </Button>
        }
      />
    </>
  );
}
