import { and, eq, isNull, lt } from "drizzle-orm";
import type { AdminView } from "@/contracts/admins";
import { MINUTE_MS } from "@/contracts/durations";
import { hasCome } from "@/contracts/ends";
import type { Id } from "@/contracts/ids";
import { databaseMsColumn } from "@/server/database/database-clock";
import { adminColumns, admins, sessions } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { type SessionCredential, storedDigest } from "./credential";
import { endOfSession, lifetimesColumn, lifetimesOf, underPresentSecret } from "./internal/lifetimes";

/** How exactly the last request is known. A console that is looked at asks several times a second, and each would write. */
const LAST_SEEN_STEP_MS = MINUTE_MS;

/**
 * The administrator behind a session, read from the database on every request: an end of the session, a changed role or
 * a deactivation holds for the next request in every process, whatever the cookie says.
 * @returns null when the session has ended, or never was
 */
export async function adminOfSession(
  ctx: ServiceContext,
  credential: SessionCredential,
): Promise<{ admin: AdminView; sessionId: Id<"ses"> } | null> {
  const askedAt = performance.now();
  const [found] = await withDatabase(ctx, (db) =>
    db
      .select({
        admin: adminColumns,
        session: {
          id: sessions.id,
          createdAt: sessions.createdAt,
          lastSeenAt: sessions.lastSeenAt,
          expiresAt: sessions.expiresAt,
        },
        lifetimes: lifetimesColumn(),
        databaseMs: databaseMsColumn(),
      })
      .from(sessions)
      .innerJoin(admins, eq(admins.id, sessions.adminId))
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
  await noteUse(ctx, found.session, now);
  return { admin: found.admin, sessionId: found.session.id };
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
