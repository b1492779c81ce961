/** Waits so many milliseconds; rejects with the signal's reason once it is aborted. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** The pause that a program makes by itself. */
export function waitByClock(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(done, milliseconds);
    function done() {
      signal.removeEventListener("abort", abort);
      resolve();
    }
    function abort() {
      clearTimeout(timer);
      reject(signal.reason);
    }
    signal.addEventListener("abort", abort, { once: true });
  });
}
