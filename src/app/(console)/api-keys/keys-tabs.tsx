"use client";

import { usePathname } from "next/navigation";
import { Link } from "@/components/link";
import { ALL_APPROVALS, useWaiting } from "@/features/keys/approvals/waiting-note";
import { cn } from "@/lib/cn";

const TABS = [
  { label: "Keys", href: "/api-keys" },
  { label: "Findings", href: "/api-keys/findings" },
  { label: "Approvals", href: "/api-keys/approvals" },
] as const;

/** The pages about all keys, with how many approvals wait for whoever looks. */
export function KeysTabs() {
  const { toDecide, toReveal } = useWaiting();
  return <Tabs waiting={toDecide + toReveal} />;
}

/**
 * The same for the frame of a page that is still read, which must ask for nothing: what is asked for in the frame is not taken
 * from the answer that comes with the page, and the server would then draw another page than the browser.
 */
export function KeysTabsSkeleton() {
  return <Tabs waiting={0} />;
}

function Tabs({ waiting }: { waiting: number }) {
  const pathname = usePathname();
  return (
    <nav aria-label="API keys" className="mb-4 flex gap-4 border-b">
      {TABS.map(({ label, href }) => (
        <Link
          key={href}
          // As many of them as are counted.
          href={label === "Approvals" && waiting > 0 ? ALL_APPROVALS : href}
          aria-current={pathname === href ? "page" : undefined}
          className={cn(
            "-mb-px border-b-2 py-1.5",
            pathname === href
              ? "border-accent font-medium text-ink"
              : "border-transparent text-ink-3 hover:text-ink",
          )}
        >
          {label}
          {label === "Approvals" && waiting > 0 && (
            <span className="ml-1.5 rounded-full bg-accent-soft px-1.5 font-medium text-accent text-xs tabular-nums">
              {waiting}
              <span className="sr-only"> waiting for you</span>
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
