import { useEffect } from "react";

/**
 * Keeps the reader on the page while `active`: closing or reloading asks first, and the back button (on many mice one
 * slip of the thumb) stays where it is. For what cannot be shown a second time.
 */
export function useLeaveConfirmation(active: boolean) {
  useEffect(() => {
    if (!active) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    // Going back lands on a second entry of this same page, which the router takes for no change at all.
    const pushCopy = () => window.history.pushState(window.history.state, "", window.location.href);
    pushCopy();
    window.addEventListener("beforeunload", ask);
    window.addEventListener("popstate", pushCopy);
    return () => {
      window.removeEventListener("beforeunload", ask);
      window.removeEventListener("popstate", pushCopy);
    };
  }, [active]);
}
