/**
 * For useSyncExternalStore where the server draws one thing and the browser another that then stays: the browser's own
 * zone, the address of the page. Drawn so, the first picture is the server's, and hydration finds what it expects.
 */
export function subscribeToNothing() {
  return () => {};
}
