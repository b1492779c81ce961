/**
 * The arithmetic of the sliding window, and nothing else: numbers in, numbers out.
 *
 * It repeats `slidingWindowLimitScript` of @upstash/ratelimit 2.2 operation by operation. Lua numbers are IEEE doubles
 * like ours, so the same operations in the same order give the same bits, and the in-process limiter decides exactly as
 * Redis does. Writing `(1 - elapsed) * previous` as `previous - elapsed * previous` would already differ now and then.
 * All times are whole epoch milliseconds.
 */

/** Calls admitted in the window that contains the present, and in the one before it. */
export interface WindowCounts {
  current: number;
  previous: number;
}

/** Number of the window that contains `now`, counted from the epoch. */
export function windowIndex(now: number, windowMs: number): number {
  return Math.floor(now / windowMs);
}

/** First millisecond of the next window. */
export function windowEnd(now: number, windowMs: number): number {
  return (windowIndex(now, windowMs) + 1) * windowMs;
}

/** Calls that count at `now`: all of the current window, and of the previous one the share that the window still covers. */
export function usedAt(counts: WindowCounts, windowMs: number, now: number): number {
  const elapsed = (now % windowMs) / windowMs;
  return Math.floor((1 - elapsed) * counts.previous) + counts.current;
}

/**
 * Milliseconds until a subject that calls nothing meanwhile is admitted; 0 when it is admitted now.
 *
 * The end of the window is too early. With `c` calls in this window and `p` in the one before, `f` being the elapsed
 * share of a window, the use is
 *
 *     floor((1 - f) * p) + c    in this window,
 *     floor((1 - f) * c)        in the next one, where this one has become the previous,
 *     0                         after that.
 *
 * At the boundary itself `f` is 0 and all of `c` still counts, so a window filled to its limit refuses at `resetAt` and
 * admits one millisecond later, when the first call has slid out. If the limit was lowered below `c` meanwhile, most of
 * the next window passes before enough has slid out.
 *
 * The use never rises while nothing is called: within a window `1 - f` falls, and at a boundary it goes from
 * `floor(0+ * p) + c` to `c`, or from `floor(0+ * c)` to 0. Rounding keeps that order. So the first instant with a use
 * below the limit can be found by bisection, with the very function that will decide on the call then: no closed formula
 * whose own rounding could be off by one, and at most 2 * windowMs (28 steps for a day) to look through.
 *
 * @param limit At least 1; with less there would be no such instant.
 */
export function waitMs(limit: number, windowMs: number, counts: WindowCounts, now: number): number {
  if (usedAt(counts, windowMs, now) < limit) return 0;
  const end = windowEnd(now, windowMs);
  const next = { current: 0, previous: counts.current };

  let refused = now;
  let admitted = end + windowMs;
  while (admitted - refused > 1) {
    const middle = Math.floor((refused + admitted) / 2);
    const used = usedAt(middle < end ? counts : next, windowMs, middle);
    if (used < limit) admitted = middle;
    else refused = middle;
  }
  return admitted - now;
}
