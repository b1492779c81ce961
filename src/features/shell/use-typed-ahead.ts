"use client";

import { useCallback, useLayoutEffect, useRef } from "react";

/** What would press the button that has the focus, or leave it. */
const SWALLOWED = new Set(["Enter", "Tab"]);

/**
 * Keeps what is typed and pasted between the press that opens the palette and the moment its input has the focus, so
 * that fast hands lose nothing, and nothing of it lands in the page beneath.
 * @returns gives what was typed, once
 */
export function useTypedAhead(open: boolean, onEscape: () => void): () => string {
  const typed = useRef("");
  // In a layout effect: the next letter may come before any other.
  useLayoutEffect(() => {
    if (!open) return;
    typed.current = "";
    const elsewhere = () => !document.activeElement?.closest("[data-command-palette]");
    const onKeyDown = (event: KeyboardEvent) => {
      const shortcut =
        (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
      if (shortcut || !elsewhere()) return;
      if (event.key === "Escape") onEscape();
      else if (event.key === "Backspace") typed.current = typed.current.slice(0, -1);
      else if (event.key.length === 1) typed.current += event.key;
      else if (!SWALLOWED.has(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const onPaste = (event: ClipboardEvent) => {
      if (!elsewhere()) return;
      typed.current += event.clipboardData?.getData("text") ?? "";
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("keydown", onKeyDown, { capture: true });
    window.addEventListener("paste", onPaste, { capture: true });
    return () => {
      window.removeEventListener("keydown", onKeyDown, { capture: true });
      window.removeEventListener("paste", onPaste, { capture: true });
    };
  }, [open, onEscape]);
  return useCallback(() => {
    const text = typed.current;
    typed.current = "";
    return text;
  }, []);
}
