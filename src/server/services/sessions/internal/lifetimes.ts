import { and, eq, gt, isNull, or, type SQL, sql } from "drizzle-orm";
import { DAY_MS, HOUR_MS } from "@/contracts/durations";
import {
  type SessionLifetimes,
  type SettingsName,
  sessionLifetimesSchema,
} from "@/contracts/schemas/settings";
import { sessionSecretCheck } from "@/server/core/secrets";
import { sessions, settings } from "@/server/database/schema";
import type { ServiceContext } from "../../context";

/** The settings of how long sessions last, beside what a query asks for: a change holds for the next request. */
export function lifetimesColumn() {
  return settingColumn("sessions");
}

/** The settings of what everybody has to show to sign in, in the same way. */
export function signInColumn() {
  return settingColumn("signIn");
}

function settingColumn(name: SettingsName) {
  return sql<unknown>`(select ${settings.value} from ${settings} where ${settings.name} = ${name})`;
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

/** Started under the present `NEXTAUTH_SECRET`, or by a version that did not note which it was. */
export function underPresentSecret({
  sessionSecret,
}: Pick<ServiceContext, "sessionSecret">): SQL | undefined {
  return or(isNull(sessions.secretCheck), eq(sessions.secretCheck, sessionSecretCheck(sessionSecret)));
}

/** Sessions that count at this instant: {@link endOfSession} and the secret, in SQL. */
export function isLive(ctx: ServiceContext, { sessionDays, idleHours }: SessionLifetimes): SQL | undefined {
  const now = ctx.clock.now();
  const ago = (ms: number) => new Date(now.getTime() - ms);
  return and(
    underPresentSecret(ctx),
    gt(sessions.expiresAt, now),
    gt(sessions.createdAt, ago(sessionDays * DAY_MS)),
    gt(sessions.lastSeenAt, ago(idleHours * HOUR_MS)),
  );
}
