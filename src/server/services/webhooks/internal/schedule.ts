import { HOUR_MS, MINUTE_MS } from "@/contracts/durations";

/** Pauses after each failed attempt: short at first, for a receiver that is just being deployed, and a day in all. */
const PAUSES_MS = [
  5_000,
  30_000,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  ...Array.from({ length: 7 }, () => 3 * HOUR_MS),
];

/**
 * So long after it has happened an event is not tried again. Those that one held back would else take a day each, and be months late.
 * Longer than the pauses in all: whoever is not held back has all attempts.
 */
const LATEST_MS = 30 * HOUR_MS;

/** A part of each pause is left to chance, so that what failed together does not come back together. */
const JITTER = 0.1;

/**
 * When the next attempt is due.
 * @param tries attempts so far
 * @param since when the event happened; null: somebody sends it by hand, however old it is
 * @param chance from 0 to 1
 * @returns null once it is given up
 */
export function nextAttemptAfter(tries: number, since: Date | null, now: Date, chance: number): Date | null {
  // An attempt that was under way when the line was begun anew is none of those so far.
  const pause = PAUSES_MS[Math.max(tries, 1) - 1];
  if (pause === undefined) return null;
  const next = now.getTime() + Math.round(pause * (1 - JITTER + 2 * JITTER * chance));
  return since && next > since.getTime() + LATEST_MS ? null : new Date(next);
}
