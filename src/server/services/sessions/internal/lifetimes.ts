import { sql } from "drizzle-orm";
import { DAY_MS, HOUR_MS } from "@/contracts/durations";
import { type SessionLifetimes, sessionLifetimesSchema } from "@/contracts/settings";
import { settings } from "@/server/database/schema";

/** The settings of how long sessions last, beside what a query asks for: a change holds for the next request. */
export function lifetimesColumn() {
  return sql<unknown>`(select ${settings.value} from ${settings} where ${settings.name} = 'sessions')`;
}

/** @throws ZodError for a stored row that is wrong: to guess would let a stolen cookie live longer than was wanted */
export function lifetimesOf(stored: unknown): SessionLifetimes {
  return sessionLifetimesSchema.parse(stored ?? {});
}

/**
 * When a session ends without another request: so long after its sign-in, however busy it is, and so long after its last
 * request. One keeps the end that it was started with, unless the settings have become shorter since.
 */
export function endOfSession(
  session: { createdAt: Date; lastSeenAt: Date; expiresAt: Date },
  { sessionDays, idleHours }: SessionLifetimes,
): Date {
  return new Date(
    Math.min(
      session.expiresAt.getTime(),
      session.createdAt.getTime() + sessionDays * DAY_MS,
      session.lastSeenAt.getTime() + idleHours * HOUR_MS,
    ),
  );
}
