import { MINUTE_MS } from "@/contracts/durations";

/** A time that something took, short and of three digits or so: 0.4 ms, 12 ms, 3.2 s, 3 min. */
export function durationText(ms: number): string {
  if (ms >= 120_000) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}
