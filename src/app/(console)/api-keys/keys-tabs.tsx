"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "@/lib/cn";

const TABS = [
  { label: "Keys", href: "/api-keys" },
  { label: "Findings", href: "/api-keys/findings" },
] as const;

/** The pages about all keys. */
export function KeysTabs() {
  const pathname = usePathname();
  return (
    <nav aria-label="API keys" className="mb-4 flex gap-4 border-b">
      {TABS.map(({ label, href }) => (
        <Link
          key={href}
          href={href}
          aria-current={pathname === href ? "page" : undefined}
          className={cn(
            "-mb-px border-b-2 py-1.5",
            pathname === href
              ? "border-accent font-medium text-ink"
              : "border-transparent text-ink-3 hover:text-ink",
          )}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
