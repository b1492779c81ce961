import type { Id } from "@/contracts/ids";
import { authorize } from "@/server/core/authorize";
import { AppError, notFound } from "@/server/core/errors";
import type { Transaction } from "@/server/database/connections";
import { webhookEndpoints } from "@/server/database/schema";
import type { ServiceContext } from "../../context";
import { reachable } from "../../reach";
import { lockCaller, requireReadable } from "./caller";

/** An endpoint with its sealed secrets. */
export type EndpointRow = typeof webhookEndpoints.$inferSelect;

/**
 * The row with its secrets, locked until the transaction ends; what is published meanwhile does not wait. For a key only an endpoint
 * whose every event it may read itself: it could else point somebody else's at itself, or silence it.
 * @throws AppError not_found, permission_denied, and what lockCaller throws
 */
export async function lockEndpoint(
  ctx: ServiceContext & { tx: Transaction },
  id: Id<"whe">,
): Promise<EndpointRow> {
  const caller = await lockCaller(ctx);
  const [row] = await ctx.tx
    .select()
    .from(webhookEndpoints)
    .where(reachable(ctx, webhookEndpoints, id))
    .for("no key update");
  if (!row) throw notFound();
  authorize(ctx, "webhooks:manage", row.environment);
  requireReadable(ctx, caller, row.events);
  return row;
}

/**
 * The same for what is to be sent there at once.
 * @throws AppError not_found, permission_denied; invalid_state where it is disabled
 */
export async function lockEnabledEndpoint(
  ctx: ServiceContext & { tx: Transaction },
  id: Id<"whe">,
): Promise<EndpointRow> {
  const row = await lockEndpoint(ctx, id);
  if (!row.disabledAt) return row;
  throw new AppError("invalid_state", "The endpoint is disabled. Enable it before you send to it.");
}
