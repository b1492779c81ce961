"use client";

import { AccountMenu } from "./account-menu";
import { CommandButton } from "./command-button";
import { EnvironmentMenu, EnvironmentSwitch } from "./environment-switch";
import { PhoneNavigation } from "./phone-navigation";
import { ThemeMenu } from "./theme-menu";

/** What is the same on every page: where one looks, how one finds, who one is. */
export function TopBar() {
  return (
    <header className="sticky top-0 z-30 flex h-13 shrink-0 items-center gap-2 border-b bg-surface px-2 sm:px-6 lg:gap-3">
      <PhoneNavigation />
      <EnvironmentSwitch className="hidden lg:flex" />
      <EnvironmentMenu className="lg:hidden" />
      <CommandButton />
      <div className="ml-auto flex items-center gap-1">
        <ThemeMenu />
        <AccountMenu />
      </div>
    </header>
  );
}
