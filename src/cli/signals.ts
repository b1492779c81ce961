/** What ends a command before its time. SIGHUP too: the terminal was closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Calls back at the first of each, in place of ending the process; a second one ends it, as it always does.
 * @returns what takes that back
 */
export function onInterrupt(interrupt: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of SIGNALS) process.once(signal, interrupt);
  return () => {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  };
}
