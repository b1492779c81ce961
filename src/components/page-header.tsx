import type { ReactNode } from "react";
import { Link } from "@/components/link";

interface PageHeaderProps {
  title: string;
  /** Beside the title: a status. */
  badge?: ReactNode;
  sub?: ReactNode;
  /** The pages above this one, outermost first. */
  breadcrumb?: readonly { label: string; href: string }[];
  actions?: ReactNode;
}

/** Title of a page, where it belongs, and what can be done with all of it. */
export function PageHeader({ title, badge, sub, breadcrumb, actions }: PageHeaderProps) {
  return (
    <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        {breadcrumb && (
          <nav aria-label="Breadcrumb">
            <ol className="flex flex-wrap text-ink-2">
              {breadcrumb.map(({ label, href }) => (
                <li key={href} className="after:px-1.5 after:text-ink-3 after:content-['/']">
                  <Link href={href} className="inline-block py-0.5 hover:text-ink hover:underline">
                    {label}
                  </Link>
                </li>
              ))}
            </ol>
          </nav>
        )}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 break-words font-semibold text-xl">{title}</h1>
          {badge}
        </div>
        {sub && <div className="mt-0.5 text-pretty text-ink-2">{sub}</div>}
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </header>
  );
}
