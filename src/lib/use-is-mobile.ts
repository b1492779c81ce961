"use client";

import { useSyncExternalStore } from "react";

/** Tailwind's `sm`, below which a table of many columns is no use. */
const NARROW = "(width < 640px)";

function subscribe(listener: () => void): () => void {
  const media = window.matchMedia(NARROW);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
}

/**
 * Whether the screen is a phone's. The server, which cannot know, says no. For where a style sheet cannot help: hiding
 * one of two renderings would leave everything in the page twice.
 */
export function useIsMobile(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(NARROW).matches,
    () => false,
  );
}
