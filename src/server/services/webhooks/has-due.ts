import { authorize } from "@/server/core/authorize";
import type { ServiceContext } from "../context";
import { isAnyDue } from "./internal/lease";

/** Whether a webhook is due that could be sent now: none that is being sent, or waits until those that are have had their time. */
export async function hasDueWebhooks(ctx: ServiceContext): Promise<boolean> {
  authorize(ctx, "webhooks:manage");
  return isAnyDue(ctx);
}
