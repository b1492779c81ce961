import Link from "next/link";
import type { ReactNode } from "react";
import { KeyMark } from "@/components/key-mark";

/** The frame of the public pages that explain refusals: for integrators, who have no account here. */
export function ProblemFrame({ children }: { children: ReactNode }) {
  return (
    <>
      <header className="border-b bg-surface">
        <div className="mx-auto flex h-13 max-w-190 items-center justify-between gap-4 px-4 sm:px-6">
          <span className="flex items-center gap-2.5 font-semibold">
            <KeyMark className="w-4.5 text-accent" />
            Keyward
          </span>
          <Link href="/problems" className="py-1 text-ink-2 hover:text-ink hover:underline">
            All problems
          </Link>
        </div>
      </header>
      <main className="mx-auto max-w-190 px-4 py-8 sm:px-6 sm:py-10">{children}</main>
    </>
  );
}
