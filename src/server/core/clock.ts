import { HOUR_MS } from "@/contracts/durations";

/** Where the time comes from: Postgres (database/database-clock.ts). Passed in everywhere, so that tests decide what time it is. */
export interface Clock {
  /** The present instant. */
  now(): Date;
}

/** Start of the hour so many hours before the present one, in UTC. What is kept by the hour can be asked no finer. */
export function hoursBefore(now: Date, hours: number): string {
  return new Date((Math.floor(now.getTime() / HOUR_MS) - hours) * HOUR_MS).toISOString();
}
