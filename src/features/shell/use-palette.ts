"use client";

import { useEffect, useState } from "react";
import { toast } from "@/components/ui/toast";
import { whenIdle } from "@/lib/idle";

type Palette = typeof import("./command-palette").CommandPalette;

/**
 * The command palette, once its code is here: fetched when the page has nothing else to do, or when it is wanted before.
 * Not by `next/dynamic`, which draws what has long been fetched only after a turn of its own, and letters get lost in it.
 * @param onFailed is called where it is wanted and cannot be fetched
 */
export function usePalette(wanted: boolean, onFailed: () => void): Palette | null {
  const [palette, setPalette] = useState<Palette | null>(null);
  useEffect(() => {
    if (palette) return;
    const fetchIt = async () => {
      try {
        const { CommandPalette } = await import("./command-palette");
        setPalette(() => CommandPalette);
      } catch {
        if (!wanted) return;
        onFailed();
        toast({ tone: "bad", text: "The commands could not be loaded. Check the connection and try again." });
      }
    };
    if (!wanted) return whenIdle(() => void fetchIt());
    void fetchIt();
  }, [palette, wanted, onFailed]);
  return palette;
}
