"use client";

import { usePathname } from "next/navigation";
import { Link } from "@/components/link";
import { cn } from "@/lib/cn";
import { GUIDES, REFERENCE } from "./guide-list";

/** All guides, with the one that is open marked. */
export function GuideNav() {
  const open = usePathname();
  return (
    <nav aria-label="Guides" className="mb-6 md:sticky md:top-6 md:mb-0 md:self-start">
      <ul className="flex flex-wrap gap-x-4 md:flex-col">
        {[...GUIDES, REFERENCE].map(({ title, path }) => (
          <li key={path}>
            <Link
              href={path}
              aria-current={path === open ? "page" : undefined}
              className={cn(
                "block py-1 no-underline hover:text-ink hover:underline",
                path === open ? "font-medium text-ink" : "text-ink-2",
              )}
            >
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
