const listeners = new Set<() => void>();
let now = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function tick() {
  // A hidden page shows nobody anything; it catches up on its return.
  if (document.hidden) return;
  now = Date.now();
  for (const listener of listeners) listener();
}

/** Calls back every second while the page is visible. One timer serves all of the page's times. */
export function subscribeToClock(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    timer = setInterval(tick, 1_000);
    document.addEventListener("visibilitychange", tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    document.removeEventListener("visibilitychange", tick);
  };
}

/** The instant of the last tick: the same for everything drawn between two ticks. */
export function clockNow(): number {
  const wallClock = Date.now();
  // Nobody was subscribed for a while, so no tick has kept `now` fresh.
  if (Math.abs(wallClock - now) > 2_000) now = wallClock;
  return now;
}
