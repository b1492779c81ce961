import { type ReactNode, useId } from "react";
import { Link } from "@/components/link";
import { cn } from "@/lib/cn";
import { ErrorNotice } from "./error-notice";

interface ListSectionProps {
  title: string;
  /** Leads to the whole list; null where there is no more than this. */
  all: { href: string; label: string } | null;
  /** Of the query hook. */
  page: { data: unknown; error: unknown; refetch: () => unknown };
  className?: string;
  /** The rows. */
  children: ReactNode;
}

/** The first rows of a list on the page of something else, with the way to the whole list and what went wrong. */
export function ListSection({ title, all, page, className, children }: ListSectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={cn("min-w-0", className)}>
      <div className="mb-2 flex items-baseline justify-between gap-2">
        <h2 id={id} className="font-medium">
          {title}
        </h2>
        {all && (
          <Link href={all.href} className="py-0.5 text-accent hover:underline">
            {all.label}
          </Link>
        )}
      </div>
      {page.error ? (
        <ErrorNotice error={page.error} onRetry={() => void page.refetch()} className="mb-3" />
      ) : null}
      {/* What was read before stays; but with nothing read, a failure must not look like an empty list. */}
      {(page.data !== undefined || !page.error) && children}
    </section>
  );
}
