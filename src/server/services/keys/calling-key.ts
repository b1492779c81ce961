import type { CallingKey } from "@/contracts/keys";
import { AppError } from "@/server/core/errors";
import { translateOutage } from "@/server/db/errors";
import type { ServiceContext } from "../context";
import { loadKey } from "./load";

/** What the calling key may know of itself. Needs no permission: an integration can always ask what it is. */
export async function getCallingKey(ctx: ServiceContext): Promise<CallingKey> {
  const { principal } = ctx;
  if (principal.kind !== "key") throw new AppError("permission_denied", "Only an API key can ask this.");
  // The owner's pool, since keyward_api sees no keys; the id is the caller's own.
  const view = await translateOutage(() => loadKey(ctx.databases.owner, principal.id, ctx.clock.now()));
  return {
    id: view.id,
    name: view.name,
    environment: view.environment,
    status: view.status,
    permissions: view.permissions,
    rateLimits: view.rateLimits,
    customers: view.customers?.map((customer) => customer.id) ?? null,
    ipAllowlist: view.ipAllowlist,
    expiresAt: view.expiresAt,
    createdAt: view.createdAt,
    lastUsedAt: view.lastUsedAt,
  };
}
