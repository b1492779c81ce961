import { and, eq } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import { sessionIdSchema } from "@/contracts/schemas/sessions";
import { authorize } from "@/server/core/authorize";
import { administratorOf } from "@/server/core/principal";
import { parse } from "@/server/core/validation";
import { sessions } from "@/server/database/schema";
import { withTransaction } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { endOne } from "./internal/end";

/**
 * Signs one of one's own sessions out.
 * @returns whether there was one to end; of somebody else's the same is said as of one that never was
 */
export async function endSession(ctx: ServiceContext, input: { id: Id<"ses"> }): Promise<{ ended: boolean }> {
  authorize(ctx, "profile:manage");
  const { id } = parse(sessionIdSchema, input);
  const own = administratorOf(ctx.principal);
  return withTransaction(ctx, async (ctx) => ({
    ended: await endOne(ctx, and(eq(sessions.id, id), eq(sessions.adminId, own.id))),
  }));
}
