import { authorize } from "@/server/core/authorize";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { findTurns } from "./internal/lease";

/** Whether a webhook is due that could be sent now: none that is being sent, or waits until those that are have had their time. */
export async function hasDueWebhooks(ctx: ServiceContext): Promise<boolean> {
  authorize(ctx, "webhooks:manage");
  const turns = await withDatabase(ctx, (db) => findTurns(db, ctx.clock.now()));
  return turns.length > 0;
}
