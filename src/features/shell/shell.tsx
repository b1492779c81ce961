import Link from "next/link";
import type { ReactNode } from "react";
import { KeyMark } from "@/components/key-mark";
import { SessionWatch } from "./session-watch";
import { SideNavigation } from "./side-navigation";
import { TopBar } from "./top-bar";

/** The frame of the console: brand, side navigation, top bar, and the page. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[216px_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-raised focus:px-3 focus:py-2 focus:shadow-overlay"
      >
        Skip to content
      </a>
      <SessionWatch />
      <aside
        aria-label="Sidebar"
        className="sticky top-0 hidden h-dvh flex-col overflow-y-auto border-r lg:flex"
      >
        <Link
          href="/"
          className="flex h-13 shrink-0 items-center gap-2.5 border-b px-4 font-semibold no-underline focus-visible:-outline-offset-4"
        >
          <KeyMark className="w-4.5 text-accent" />
          Keyward
        </Link>
        <SideNavigation />
      </aside>
      <div className="flex min-w-0 flex-col">
        <TopBar />
        <main
          id="main"
          tabIndex={-1}
          className="min-w-0 flex-1 px-4 pt-5 pb-12 outline-none sm:px-6 lg:px-8 lg:pt-7"
        >
          {children}
        </main>
      </div>
    </div>
  );
}
