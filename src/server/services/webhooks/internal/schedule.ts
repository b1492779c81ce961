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

/** A part of each pause is left to chance, so that what failed together does not come back together. */
const JITTER = 0.1;

/**
 * When the next attempt is due.
 * @param tries attempts so far
 * @param chance from 0 to 1
 * @returns null once it is given up
 */
export function nextAttemptAfter(tries: number, now: Date, chance: number): Date | null {
  // An attempt that was under way when the line was begun anew is none of those so far.
  const pause = PAUSES_MS[Math.max(tries, 1) - 1];
  if (pause === undefined) return null;
  return new Date(now.getTime() + Math.round(pause * (1 - JITTER + 2 * JITTER * chance)));
}
