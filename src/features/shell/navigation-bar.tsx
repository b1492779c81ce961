"use client";

import { ExternalLink, Menu } from "lucide-react";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { useEnvironment } from "@/components/environment-context";
import { Link } from "@/components/link";
import { useSession } from "@/components/session-context";
import { Button } from "@/components/ui/button";
import { Sheet, SheetContent, SheetTrigger } from "@/components/ui/sheet";
import { cn } from "@/lib/cn";
import { isCurrent, navigationFor } from "./navigation";

/** The console's pages, as far as the role may see them. */
export function SideNavigation({ onNavigate, className }: { onNavigate?: () => void; className?: string }) {
  const pathname = usePathname();
  const environment = useEnvironment();
  const { admin } = useSession();
  const query = environment ? `?env=${environment}` : "";
  return (
    <nav aria-label="Main" className={cn("flex flex-col gap-0.5 px-2 py-3", className)}>
      {navigationFor(admin).map(({ heading, items }) => (
        <div key={heading ?? ""} className="flex flex-col gap-0.5">
          {heading && <h2 className="mx-2 mt-4 mb-1 text-2xs text-ink-3 tracking-normal">{heading}</h2>}
          {items.map(({ label, href }) => {
            const current = isCurrent(href, pathname);
            return (
              <Link
                key={href}
                href={`${href}${query}`}
                onClick={onNavigate}
                aria-current={current ? "page" : undefined}
                className={cn(
                  "rounded-md px-2 py-1.5 no-underline hover:bg-idle-soft hover:text-ink pointer-coarse:py-2.5",
                  current ? "bg-idle-soft font-medium text-ink" : "text-ink-2",
                )}
              >
                {label}
              </Link>
            );
          })}
        </div>
      ))}
      <a
        href="/docs"
        target="_blank"
        rel="noreferrer"
        className="mt-4 flex items-center gap-1.5 rounded-md px-2 py-1.5 text-ink-2 no-underline hover:bg-idle-soft hover:text-ink pointer-coarse:py-2.5"
      >
        API reference
        <ExternalLink aria-label="(opens in a new tab)" className="size-3 text-ink-3" />
      </a>
    </nav>
  );
}

/** The side navigation where there is no room at the side: behind a button, as a sheet. */
export function PhoneNavigation() {
  const [open, setOpen] = useState(false);
  return (
    <Sheet open={open} onOpenChange={setOpen}>
      <SheetTrigger asChild>
        <Button variant="ghost" size="icon" aria-label="Navigation" className="lg:hidden">
          <Menu aria-hidden />
        </Button>
      </SheetTrigger>
      <SheetContent side="left" title="Keyward">
        <SideNavigation onNavigate={() => setOpen(false)} />
      </SheetContent>
    </Sheet>
  );
}
