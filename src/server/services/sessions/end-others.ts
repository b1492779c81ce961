import { and, eq, ne } from "drizzle-orm";
import { authorize } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { sessions } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import { recordAudit } from "../audit";
import type { ServiceContext } from "../context";
import { deviceOf } from "./device";

/**
 * Signs out of every session of one's own but the one that asks.
 * @returns how many that were
 */
export async function endOtherSessions(ctx: ServiceContext): Promise<{ ended: number }> {
  authorize(ctx, "profile:manage");
  const { id: adminId, sessionId } = administratorOf(ctx.principal);
  return withTransaction(ctx, async (ctx) => {
    const others = await ctx.tx
      .delete(sessions)
      .where(and(eq(sessions.adminId, adminId), sessionId && ne(sessions.id, sessionId)))
      .returning({ id: sessions.id });
    if (others.length === 0) return { ended: 0 };
    await recordAudit(ctx, {
      action: "session.end_others",
      subject: { id: sessionId ?? adminId, name: deviceOf(ctx.userAgent) },
      environment: null,
      after: { sessions: others.length },
    });
    return { ended: others.length };
  });
}
