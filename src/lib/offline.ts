/**
 * Whether the browser knows that it has no network. What is asked of the server is tried all the same, as that may be
 * this very machine; this is for the words of the failure.
 */
export function isOffline(): boolean {
  return typeof navigator !== "undefined" && navigator.onLine === false;
}
