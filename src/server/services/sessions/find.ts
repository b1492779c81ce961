import { and, eq, isNotNull, isNull, lt } from "drizzle-orm";
import type { AdminView } from "@/contracts/admins";
import { type ConfirmationWay, FRESH_FACTOR_MS } from "@/contracts/confirmation";
import { MINUTE_MS } from "@/contracts/durations";
import { hasCome } from "@/contracts/ends";
import type { Id } from "@/contracts/ids";
import { signInSettingsSchema } from "@/contracts/schemas/settings";
import type { Confirmation } from "@/server/core/principal";
import { databaseMsColumn } from "@/server/database/database-clock";
import { adminColumns, admins, hasPasskeyColumn, secondFactors, sessions } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { type SessionCredential, storedDigest } from "./credential";
import {
  endOfSession,
  lifetimesColumn,
  lifetimesOf,
  signInColumn,
  underPresentSecret,
} from "./internal/lifetimes";

/** How exactly the last request is known. A console that is looked at asks several times a second, and each would write. */
const LAST_SEEN_STEP_MS = MINUTE_MS;

/** Who holds a session, and what it lets them do. */
export interface FoundSession {
  admin: AdminView;
  sessionId: Id<"ses">;
  confirmation: Confirmation;
  hasSecondFactor: boolean;
  /** Everybody has to have a second factor, and they have none yet. */
  lacksSecondFactor: boolean;
}

/**
 * The administrator behind a session, read from the database on every request: an end of the session, a changed role or
 * a deactivation holds for the next request in every process, whatever the cookie says.
 * @param isUnattended asked for by a page that nobody is at: no use of the session, which ends without any. Whoever leaves that
 * out, with a stolen cookie, could as well ask for more pages.
 * @returns null when the session has ended, or never was
 */
export async function adminOfSession(
  ctx: ServiceContext,
  credential: SessionCredential,
  { isUnattended = false }: { isUnattended?: boolean } = {},
): Promise<FoundSession | null> {
  const askedAt = performance.now();
  const [found] = await withDatabase(ctx, (db) =>
    db
      .select({
        admin: adminColumns,
        session: {
          id: sessions.id,
          createdAt: sessions.createdAt,
          lastSeenAt: sessions.lastSeenAt,
          verifiedAt: sessions.verifiedAt,
          expiresAt: sessions.expiresAt,
        },
        hasPassword: admins.hasPassword,
        hasApp: isNotNull(secondFactors.enabledAt).mapWith(Boolean),
        hasPasskey: hasPasskeyColumn(),
        lifetimes: lifetimesColumn(),
        signIn: signInColumn(),
        databaseMs: databaseMsColumn(),
      })
      .from(sessions)
      .innerJoin(admins, eq(admins.id, sessions.adminId))
      .leftJoin(secondFactors, eq(secondFactors.adminId, admins.id))
      .where(
        and(
          eq(sessions.tokenDigest, storedDigest(credential)),
          underPresentSecret(ctx),
          isNull(admins.deactivatedAt),
        ),
      ),
  );
  if (!found) return null;
  // By Postgres' clock: that of a process which is hours off would sign everybody out, or nobody.
  const now = ctx.databases.clock.readAt(found.databaseMs, askedAt);
  if (hasCome(endOfSession(found.session, lifetimesOf(found.lifetimes)), now)) return null;
  if (!isUnattended) await noteUse(ctx, found.session, now);
  const { admin, session } = found;
  const verifiedAt = session.verifiedAt ?? session.createdAt;
  const confirmation: Confirmation = {
    isFresh: !hasCome(new Date(verifiedAt.getTime() + FRESH_FACTOR_MS), now),
    ways: waysOf(found),
  };
  const hasSecondFactor = found.hasApp || found.hasPasskey;
  const { secondFactorRequired } = signInSettingsSchema.parse(found.signIn ?? {});
  return {
    admin,
    sessionId: session.id,
    confirmation,
    hasSecondFactor,
    lacksSecondFactor: secondFactorRequired && !hasSecondFactor,
  };
}

/** The most convenient first: it is what the console begins with. */
function waysOf(held: { hasPasskey: boolean; hasPassword: boolean; hasApp: boolean }): ConfirmationWay[] {
  return [
    ...(held.hasPasskey ? (["passkey"] as const) : []),
    ...(held.hasPassword ? (["password"] as const) : []),
    ...(held.hasApp ? (["code"] as const) : []),
  ];
}

async function noteUse(
  ctx: ServiceContext,
  session: { id: Id<"ses">; lastSeenAt: Date },
  now: Date,
): Promise<void> {
  if (now.getTime() - session.lastSeenAt.getTime() < LAST_SEEN_STEP_MS) return;
  try {
    await withDatabase(ctx, (db) =>
      db
        .update(sessions)
        .set({ lastSeenAt: now })
        // Two requests of one page come here at once; the second has nothing left to write.
        .where(and(eq(sessions.id, session.id), lt(sessions.lastSeenAt, now))),
    );
  } catch (error) {
    // Where Postgres takes no writes, the console can still be looked at.
    ctx.logger.warn({ err: error, requestId: ctx.requestId }, "The use of a session could not be noted");
  }
}
