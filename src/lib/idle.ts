/** Where the browser does not say when it is idle: by then a page has been drawn and has asked for its rows. */
const SURELY_IDLE_MS = 2_000;

/**
 * Does something when the page has nothing else to do.
 * @returns calls it off
 */
export function whenIdle(act: () => void): () => void {
  if (typeof window.requestIdleCallback !== "function") {
    const timer = setTimeout(act, SURELY_IDLE_MS);
    return () => clearTimeout(timer);
  }
  const handle = window.requestIdleCallback(act);
  return () => window.cancelIdleCallback(handle);
}
