import { and, isNull } from "drizzle-orm";
import type { z } from "zod";
import type { Id } from "@/contracts/ids";
import { keyIdSchema } from "@/contracts/schemas/keys";
import { replayPermissionsSchema } from "@/contracts/schemas/usage";
import { type PermissionReplay, REPLAY_PERMISSION_DAYS, type Trim } from "@/contracts/usage";
import { authorize } from "@/server/core/authorize";
import { hoursBefore } from "@/server/core/clock";
import { notFound } from "@/server/core/errors";
import { parse } from "@/server/core/validation";
import { apiKeys } from "@/server/database/schema";
import { withDatabase } from "@/server/database/session";
import type { ServiceContext } from "../context";
import { loadOwnPermissions } from "../permissions";
import { reachable } from "../reach";
import { noProposal, proposeLeastPrivilege, replay, VERIFY_ROUTE } from "./least-privilege";
import { loadPermissionUses } from "./permission-use";

/**
 * What other permissions would have done to the key's calls of the last 30 days, from the roll-up.
 * @throws AppError not_found
 */
export async function replayPermissions(
  ctx: ServiceContext,
  input: z.input<typeof replayPermissionsSchema>,
): Promise<PermissionReplay> {
  authorize(ctx, "keys:read");
  const { id, permissions: tried } = parse(replayPermissionsSchema, input);
  const { permissions, uses } = await exercisesOfKey(ctx, id);
  return replay(permissions, tried, uses);
}

/**
 * The least a key needs for what it did in the last 30 days, and the proof.
 * @throws AppError not_found
 */
export async function proposeTrim(ctx: ServiceContext, input: { id: Id<"key"> }): Promise<Trim> {
  authorize(ctx, "keys:read");
  const { permissions, lastUsedRoute, uses } = await exercisesOfKey(ctx, parse(keyIdSchema, input).id);
  if (lastUsedRoute === VERIFY_ROUTE) return { ...noProposal(permissions, uses), verified: true };
  const own = await withDatabase(ctx, loadOwnPermissions);
  const kept = own.filter(({ name }) => permissions.includes(name)).map(({ name }) => name);
  return proposeLeastPrivilege(permissions, uses, kept);
}

async function exercisesOfKey(ctx: ServiceContext, id: Id<"key">) {
  const since = hoursBefore(ctx.clock.now(), REPLAY_PERMISSION_DAYS * 24);
  return withDatabase(ctx, async (db) => {
    const [key] = await db
      .select({ permissions: apiKeys.permissions, lastUsedRoute: apiKeys.lastUsedRoute })
      .from(apiKeys)
      .where(and(reachable(ctx, apiKeys, id), isNull(apiKeys.deletedAt)));
    if (!key) throw notFound();
    const uses = await loadPermissionUses(db, [id], since);
    return { ...key, uses: uses.get(id) ?? [] };
  });
}
