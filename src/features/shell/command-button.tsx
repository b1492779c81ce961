"use client";

import { Search } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { usePalette } from "./use-palette";
import { useTypedAhead } from "./use-typed-ahead";

/** Opens the command palette, as does Ctrl/Cmd-K. */
export function CommandButton() {
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  const Palette = usePalette(open, close);
  const takeTyped = useTypedAhead(open, close);
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
      setOpen((now) => !now);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  const show = () => setOpen(true);
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
      {Palette && <Palette open={open} onOpenChange={setOpen} takeTyped={takeTyped} />}
      {open && !Palette && (
        <p
          role="status"
          className="fixed top-[max(12px,12vh)] left-1/2 z-40 h-12 w-[min(600px,calc(100vw-24px))] -translate-x-1/2 rounded-2xl border border-line-strong bg-raised px-4 text-ink-3 leading-12 shadow-overlay"
        >
          Loading commands…
        </p>
      )}
    </>
  );
}
