import type { Id } from "@/contracts/ids";
import { authorize } from "@/server/core/authorize";
import { AppError, notFound } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { webhookEndpoints } from "@/server/database/schema";
import type { CallingKey } from "../../calling-key";
import type { ServiceContext } from "../../context";
import { reachable } from "../../reach";
import { lockCaller, requireReadable } from "./caller";

/** An endpoint with its sealed secrets. */
export type EndpointRow = typeof webhookEndpoints.$inferSelect;

/** What is to be changed, and by which key; null: no key calls. */
interface LockedEndpoint {
  endpoint: EndpointRow;
  caller: CallingKey | null;
}

/**
 * The row with its secrets, locked until the transaction ends as the calling key is; what is published meanwhile does not wait. For a
 * key only an endpoint whose every event it may read itself: it could else point somebody else's at itself, or silence it.
 * @throws AppError not_found, permission_denied, and what lockCaller throws
 */
export async function lockEndpoint(
  ctx: ServiceContext & { tx: Transaction },
  id: Id<"whe">,
): Promise<LockedEndpoint> {
  const caller = await lockCaller(ctx);
  const [endpoint] = await ctx.tx
    .select()
    .from(webhookEndpoints)
    .where(reachable(ctx, webhookEndpoints, id))
    .for("no key update");
  if (!endpoint) throw notFound();
  authorize(ctx, "webhooks:manage", endpoint.environment);
  requireReadable(ctx, caller, endpoint.events);
  return { endpoint, caller };
}

/**
 * The same for what is to be sent there at once.
 * @throws AppError not_found, permission_denied; invalid_state where it is disabled
 */
export async function lockEnabledEndpoint(
  ctx: ServiceContext & { tx: Transaction },
  id: Id<"whe">,
): Promise<EndpointRow> {
  const { endpoint } = await lockEndpoint(ctx, id);
  if (!endpoint.disabledAt) return endpoint;
  throw new AppError("invalid_state", "The endpoint is disabled. Enable it before you send to it.");
}
