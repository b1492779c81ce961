/** How the gateway is asked. An answer is old at once: the key may have been edited on another page since. */
export const ASKING = { staleTime: 0 } as const;
