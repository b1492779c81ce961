import { desc, eq } from "drizzle-orm";
import { hasCome } from "@/contracts/ends";
import type { SessionView } from "@/contracts/sessions";
import { authorize } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { sessions } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { deviceOf } from "./device";
import { endOfSession, lifetimesColumn, lifetimesOf } from "./internal/lifetimes";

/** Bounds the answer. Nobody is signed in on more devices; a script that signs in again and again may be. */
const MOST = 100;

/** Where one is signed in oneself, the latest seen first: what has ended by itself is left out. */
export async function listSessions(ctx: ServiceContext): Promise<SessionView[]> {
  authorize(ctx, "profile:manage");
  const own = administratorOf(ctx.principal);
  const now = ctx.clock.now();
  const rows = await withDatabase(ctx, (db) =>
    db
      .select({
        id: sessions.id,
        ip: sessions.ip,
        userAgent: sessions.userAgent,
        createdAt: sessions.createdAt,
        lastSeenAt: sessions.lastSeenAt,
        expiresAt: sessions.expiresAt,
        lifetimes: lifetimesColumn(),
      })
      .from(sessions)
      .where(eq(sessions.adminId, own.id))
      .orderBy(desc(sessions.lastSeenAt), desc(sessions.id))
      .limit(MOST),
  );
  return rows
    .map((row) => ({ ...row, endsAt: endOfSession(row, lifetimesOf(row.lifetimes)) }))
    .filter(({ endsAt }) => !hasCome(endsAt, now))
    .map(({ id, ip, userAgent, createdAt, lastSeenAt, endsAt }) => ({
      id,
      device: deviceOf(userAgent),
      address: ip,
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      endsAt: endsAt.toISOString(),
      isCurrent: id === own.sessionId,
    }));
}
