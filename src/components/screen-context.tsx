"use client";

import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from "react";
import { writeCookie } from "@/lib/cookies";
import { NARROW_SCREEN, SCREEN_COOKIE } from "@/lib/screen";

const DrawnNarrow = createContext(false);

function subscribe(listener: () => void): () => void {
  const media = window.matchMedia(NARROW_SCREEN);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
}

const isNarrow = () => window.matchMedia(NARROW_SCREEN).matches;

interface ScreenProviderProps {
  /** Whether the server drew the page for a phone. */
  drawnNarrow: boolean;
  children: ReactNode;
}

/**
 * Hands down for which kind of screen the server drew the page, so that the browser's first drawing says the same. Where the
 * server was mistaken, and where the window changes, the browser remembers it for the next page.
 */
export function ScreenProvider({ drawnNarrow, children }: ScreenProviderProps) {
  useEffect(() => {
    const remember = () => writeCookie(SCREEN_COOKIE, isNarrow() ? "narrow" : "wide");
    if (isNarrow() !== drawnNarrow) remember();
    return subscribe(remember);
  }, [drawnNarrow]);
  return <DrawnNarrow value={drawnNarrow}>{children}</DrawnNarrow>;
}

/**
 * Whether the screen is a phone's. For where a style sheet cannot help: hiding one of two renderings would leave everything in
 * the page twice.
 */
export function useIsNarrow(): boolean {
  const drawnNarrow = useContext(DrawnNarrow);
  return useSyncExternalStore(subscribe, isNarrow, () => drawnNarrow);
}
