import { useEffect, useLayoutEffect, useRef } from "react";

/**
 * While `open`, remembers what had the focus before a dialog took it, and gives it back afterwards. Radix does so only
 * for dialogs with a trigger of their own; ours are opened from rows and headers that may be gone by then, and then the
 * page itself takes the focus. Every dialog and sheet does it for itself; it is for the caller only where one dialog
 * follows another.
 */
export function useReturnFocus(open: boolean) {
  const before = useRef<Element>(null);
  // In a layout effect, as the dialog moves the focus in an effect, which comes later.
  useLayoutEffect(() => {
    if (open) before.current = document.activeElement;
  }, [open]);
  useEffect(() => {
    if (!open) return;
    return () => {
      // Later, when the dialog has let go of the focus. Where something else has taken it meanwhile, it stays there.
      setTimeout(() => {
        if (document.activeElement !== document.body) return;
        const target = before.current?.isConnected ? before.current : document.getElementById("main");
        if (target instanceof HTMLElement) target.focus();
      });
    };
  }, [open]);
}
