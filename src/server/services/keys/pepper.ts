import { eq, sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { PepperView } from "@/contracts/settings";
import { authorize } from "@/server/core/authorize";
import { pepperCheck } from "@/server/core/secrets";
import { secretWithout, storedWithout } from "@/server/database/peppers";
import { apiKeys } from "@/server/database/schema";
import { withDatabase, withTransaction } from "@/server/database/session";
import { peppersOf, type ServiceContext } from "../context";
import { endOverlap } from "./end-overlap";
import { getKey } from "./get";
import { NO_PREVIOUS_SECRET } from "./regenerate";
import { revokeKey } from "./revoke";

/** Why a key is revoked whose digest nothing can be compared with any more. */
const PEPPER_LOST = "The pepper that it was stored with is lost";

/**
 * How far the change of the pepper has come.
 * @throws AppError permission_denied, unavailable
 */
export async function describePepper(ctx: ServiceContext): Promise<PepperView> {
  authorize(ctx, "settings:manage");
  const { pepper, previousPepper } = ctx.keyMaterial;
  return withDatabase(ctx, async (db) => {
    const [row] = await db.execute<{ left: number; lost: number }>(sql`
      select count(*) filter (where ${storedWithout([pepper])})::int as left,
        count(*) filter (where ${storedWithout(peppersOf(ctx.keyMaterial))})::int as lost
      from api_keys where digest is not null`);
    const { left = 0, lost = 0 } = row ?? {};
    return { isChanging: previousPepper !== undefined, left: left - lost, lost };
  });
}

/**
 * Gives up the secrets whose pepper is lost. A key is revoked, with an audit row, and its digest is replaced by one that
 * nothing has; all else is kept, and a regenerate gives it a secret that works. Where only the secret in an overlap is
 * lost, the overlap ends, and the key works on.
 * @returns the keys that were revoked, in the order of their making
 */
export async function forgetLostPepper(ctx: ServiceContext): Promise<Id<"key">[]> {
  authorize(ctx, "keys:manage");
  const peppers = peppersOf(ctx.keyMaterial);
  return withTransaction(ctx, async (ctx) => {
    const keys = await ctx.tx.execute<{ id: Id<"key">; revokes: boolean }>(sql`
      select id, ${secretWithout(peppers)} as revokes from api_keys
      where ${storedWithout(peppers)} order by id for update`);
    for (const { id, revokes } of keys) {
      if (!revokes) {
        const { overlapUntil } = await getKey(ctx, { id });
        if (overlapUntil !== null) await endOverlap(ctx, { id, overlapUntil });
        continue;
      }
      await revokeKey(ctx, { id, reason: PEPPER_LOST });
      await ctx.tx
        .update(apiKeys)
        .set({
          digest: sql`sha256(uuid_send(gen_random_uuid()))`,
          pepperCheck: pepperCheck(ctx.keyMaterial.pepper),
          ...NO_PREVIOUS_SECRET,
        })
        .where(eq(apiKeys.id, id));
    }
    return keys.filter(({ revokes }) => revokes).map(({ id }) => id);
  });
}
