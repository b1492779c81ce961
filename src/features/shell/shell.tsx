"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { KeyMark } from "@/components/key-mark";
import { Link } from "@/components/link";
import { describeError } from "@/lib/errors";
import { hasUnsaved } from "@/lib/unsaved";
import { AccountMenu } from "./account-menu";
import { CommandButton } from "./command-button";
import { EnvironmentMenu, EnvironmentSwitch } from "./environment-switch";
import { PhoneNavigation, SideNavigation } from "./navigation-bar";
import { NoticeBell } from "./notice-bell";
import { ThemeMenu } from "./theme-menu";

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

/** What is the same on every page: where one looks, how one finds, who one is. */
function TopBar() {
  return (
    <header className="sticky top-0 z-30 flex h-13 shrink-0 items-center gap-2 border-b bg-surface px-2 sm:px-6 lg:gap-3">
      <PhoneNavigation />
      <EnvironmentSwitch className="hidden lg:flex" />
      <EnvironmentMenu className="lg:hidden" />
      <CommandButton />
      <div className="ml-auto flex items-center gap-1">
        <NoticeBell />
        <ThemeMenu />
        <AccountMenu />
      </div>
    </header>
  );
}

/** Refusals after which nothing here can be read, and the page that helps, with why in its address. */
const LEADS_AWAY: Record<string, string | undefined> = {
  key_missing: "/sign-in?error=session_ended&",
  second_factor_required: "/second-factor?",
};

/**
 * Leads to the sign-in page, and back here afterwards, once the server no longer knows the session: signed out in
 * another tab, deactivated, expired; or to where a second factor is set up, once everybody has to have one. Only when
 * reading, and not while something is typed: a refused change says so beside the form.
 */
function SessionWatch() {
  const client = useQueryClient();
  useEffect(() => {
    return client.getQueryCache().subscribe((event) => {
      if (event.type !== "updated" || event.action.type !== "error") return;
      const page = LEADS_AWAY[describeError(event.action.error).code ?? ""];
      if (!page || hasUnsaved()) return;
      const here = `${window.location.pathname}${window.location.search}`;
      window.location.assign(`${page}callbackUrl=${encodeURIComponent(here)}`);
    });
  }, [client]);
  return null;
}
