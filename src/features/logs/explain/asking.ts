/**
 * How the gateway is asked. An answer is old at once: the key may have been edited on another page since. And asking is
 * tried without a network, too: the server may be this very machine, and otherwise the failure is told.
 */
export const ASKING = { staleTime: 0, networkMode: "always" } as const;
