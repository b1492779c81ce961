"use client";

import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";

// On demand: most pages are read without ever opening it.
const CommandPalette = dynamic(() => import("./command-palette").then((module) => module.CommandPalette), {
  ssr: false,
});

/** Opens the command palette, as does Ctrl/Cmd-K. */
export function CommandButton() {
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== "k" ||
        !(event.metaKey || event.ctrlKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      // Not over a dialog: some of them must not be lost, and none is done with when another covers it.
      if (document.querySelector('[role="dialog"][data-state="open"]:not([data-command-palette])')) return;
      setWanted(true);
      setOpen((now) => !now);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  const show = () => {
    setWanted(true);
    setOpen(true);
  };
  return (
    <>
      <button
        type="button"
        onClick={show}
        aria-keyshortcuts="Control+K Meta+K"
        className="hidden h-8 max-w-90 flex-1 items-center justify-between gap-2 rounded-lg border border-line-strong bg-bg px-2.5 text-ink-3 text-sm hover:border-control sm:flex"
      >
        <span className="truncate">Search or run a command</span>
        <kbd aria-hidden className="rounded-xs border px-1.5 font-mono text-2xs text-ink-2">
          Ctrl K
        </kbd>
      </button>
      <Button
        variant="ghost"
        size="icon"
        onClick={show}
        aria-label="Search or run a command"
        className="sm:hidden"
      >
        <Search aria-hidden />
      </Button>
      {wanted && <CommandPalette open={open} onOpenChange={setOpen} />}
    </>
  );
}
