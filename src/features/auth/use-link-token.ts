import { useEffect, useState } from "react";

/** Said of an address without a token. */
export const NO_TOKEN =
  "The link is not whole, or it was opened here before. Open it once more from where you got it.";

/**
 * The token of the address, which is taken out of it at once: it must stay neither in the address bar, where others read it,
 * nor in the browser's history.
 * @returns null before the browser has read it; empty where there is none
 */
export function useLinkToken(): string | null {
  const [token, setToken] = useState<string | null>(null);
  useEffect(() => {
    const take = () => {
      const found = window.location.hash.slice(1);
      if (found) window.history.replaceState(window.history.state, "", window.location.pathname);
      setToken((before) => found || (before ?? ""));
    };
    take();
    // Another link that is opened in the same tab loads no page.
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, []);
  return token;
}
