import { and, asc, count, eq, sql } from "drizzle-orm";
import type { TeamMember } from "@/contracts/admins";
import { authorize } from "@/server/core/authorize";
import { adminIdentities, admins, hasPasskeyColumn, secondFactors, sessions } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { isLive } from "../sessions";
import { readSessionLifetimes } from "../settings";
import { adminViewOf } from "./internal/view";

/** Everybody who has, or had, a way into the console, by e-mail address. In one piece: a team is no long list. */
export async function listAdmins(ctx: ServiceContext): Promise<TeamMember[]> {
  authorize(ctx, "team:manage");
  const lifetimes = await readSessionLifetimes(ctx);
  const rows = await withDatabase(ctx, (db) =>
    db
      .select({
        admin: admins,
        enabledAt: secondFactors.enabledAt,
        hasPasskey: hasPasskeyColumn(),
        providers: sql<string[]>`array(
          select ${adminIdentities.issuer} from ${adminIdentities}
          where ${adminIdentities.adminId} = ${admins.id} order by ${adminIdentities.linkedAt})`,
        sessions: count(sessions.id),
      })
      .from(admins)
      .leftJoin(sessions, and(eq(sessions.adminId, admins.id), isLive(ctx, lifetimes)))
      .leftJoin(secondFactors, eq(secondFactors.adminId, admins.id))
      .groupBy(admins.id, secondFactors.adminId)
      .orderBy(asc(sql`lower(${admins.email} collate "C")`)),
  );
  return rows.map(({ admin, enabledAt, hasPasskey, providers, sessions }) => ({
    ...adminViewOf(admin),
    createdAt: admin.createdAt.toISOString(),
    lastSignInAt: admin.lastSignInAt?.toISOString() ?? null,
    deactivatedAt: admin.deactivatedAt?.toISOString() ?? null,
    hasSecondFactor: enabledAt !== null || hasPasskey,
    providers,
    sessions,
  }));
}
