import { and, asc, count, eq, gt, sql } from "drizzle-orm";
import type { TeamMember } from "@/contracts/admins";
import { DAY_MS, HOUR_MS } from "@/contracts/durations";
import { authorize } from "@/server/core/authorize";
import { sessionSecretCheck } from "@/server/core/secrets";
import { admins, sessions } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { readSessionLifetimes } from "../settings";
import { adminViewOf } from "./internal/view";

/** Everybody who has, or had, a way into the console, by e-mail address. In one piece: a team is no long list. */
export async function listAdmins(ctx: ServiceContext): Promise<TeamMember[]> {
  authorize(ctx, "team:manage");
  const now = ctx.clock.now();
  const { sessionDays, idleHours } = await readSessionLifetimes(ctx);
  const rows = await withDatabase(ctx, (db) =>
    db
      .select({ admin: admins, sessions: count(sessions.id) })
      .from(admins)
      .leftJoin(
        sessions,
        and(
          eq(sessions.adminId, admins.id),
          eq(sessions.secretCheck, sessionSecretCheck(ctx.sessionSecret)),
          gt(sessions.expiresAt, now),
          gt(sessions.createdAt, new Date(now.getTime() - sessionDays * DAY_MS)),
          gt(sessions.lastSeenAt, new Date(now.getTime() - idleHours * HOUR_MS)),
        ),
      )
      .groupBy(admins.id)
      .orderBy(asc(sql`lower(${admins.email} collate "C")`)),
  );
  return rows.map(({ admin, sessions }) => ({
    ...adminViewOf(admin),
    createdAt: admin.createdAt.toISOString(),
    lastSignInAt: admin.lastSignInAt?.toISOString() ?? null,
    deactivatedAt: admin.deactivatedAt?.toISOString() ?? null,
    sessions,
  }));
}
