import type { ReactNode } from "react";
import { KeyMark } from "@/components/key-mark";
import { Link } from "@/components/link";
import { GuideNav } from "./guide-nav";

/** The frame of all that is public: for integrators, who have no account here. */
export function PublicHeader() {
  return (
    <header className="border-b bg-surface">
      <div className="mx-auto flex h-13 max-w-280 items-center gap-x-5 gap-y-1 overflow-x-auto px-4 sm:px-6">
        <Link href="/docs" className="flex items-center gap-2.5 font-semibold no-underline">
          <KeyMark className="w-4.5 text-accent" />
          Keyward
        </Link>
        <nav aria-label="Documentation" className="flex items-center gap-5 text-ink-2">
          <Link href="/docs" className="py-1 hover:text-ink hover:underline">
            Guides
          </Link>
          <Link href="/docs/reference" className="py-1 hover:text-ink hover:underline">
            Reference
          </Link>
          <Link href="/problems" className="py-1 hover:text-ink hover:underline">
            Problems
          </Link>
        </nav>
      </div>
    </header>
  );
}

/** A guide, with the others beside it; on a phone they stand above it. */
export function GuideFrame({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto grid max-w-280 gap-x-10 px-4 py-6 sm:px-6 md:grid-cols-[180px_minmax(0,1fr)] md:py-10">
      <GuideNav />
      <main className="min-w-0 max-w-190">{children}</main>
    </div>
  );
}
