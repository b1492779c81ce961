import { sql } from "drizzle-orm";
import type { Id } from "@/contracts/ids";
import type { KeyIdentity, KeyView } from "@/contracts/keys";
import { identifyKeySchema } from "@/contracts/schemas/keys";
import { authorize } from "@/server/core/authorize";
import { AppError } from "@/server/core/errors";
import { keysWithin } from "@/server/core/key-format";
import { keyDigestHex, pepperCheck } from "@/server/core/secrets";
import { parse } from "@/server/core/validation";
import type { Executor } from "@/server/database/connections";
import { hasCome } from "@/server/database/ends";
import type { Peppers } from "@/server/database/peppers";
import { withDatabase } from "@/server/database/session";
import { lookUpPolicies, lookUpSubject } from "@/server/rate-limit";
import { peppersOf, type ServiceContext } from "../context";
import { loadKey } from "./internal/load";

interface Found extends Record<string, unknown> {
  found: "current" | "previous" | "replaced";
  id: Id<"key">;
  replacedMs: number | null;
}

/**
 * Whose key is this? For a key that turned up somewhere, also one that lacks its checksum or has a bit of the line it was
 * in before it: "not one of ours" is an all-clear, and must hold. Takes the key itself, as the digest is made with a pepper
 * that no browser has; nothing but digests goes on from here, and nothing of it is stored, logged or answered.
 * @throws AppError rate_limited: whoever holds a stolen list must not have it sorted here
 */
export async function identifyKey(ctx: ServiceContext, input: { key: string }): Promise<KeyIdentity> {
  authorize(ctx, "keys:read");
  const asked = parse(identifyKeySchema, input).key;
  await slowDown(ctx);
  const keys = keysWithin(asked);
  if (keys.length === 0) return { found: "nothing", wellFormed: false, beyondCompare: 0 };
  const peppers = peppersOf(ctx.keyMaterial);
  const digests = keys.flatMap((key) => peppers.map((pepper) => keyDigestHex(key, pepper))).join();
  const now = ctx.clock.now();
  return withDatabase(ctx, async (db) => {
    const rows = await db.execute<Found>(sql`
      with asked as (select decode(unnest(string_to_array(${digests}, ',')), 'hex') as digest)
      select 'current' as found, id, null::float8 as "replacedMs" from api_keys join asked using (digest)
      union all
      select 'previous', id, null from api_keys join asked on previous_digest = asked.digest
      where not ${hasCome(sql`overlap_until`, now)}
      union all
      select 'replaced', key_id, (extract(epoch from replaced_at) * 1000)::float8
      from api_key_replaced_secrets join asked using (digest)`);
    // A secret in its overlap has been replaced as well; what it still opens is what counts.
    const [row] = ["current", "previous", "replaced"].flatMap((state) =>
      rows.filter(({ found }) => found === state),
    );
    if (!row) {
      const wellFormed = keys.some((key) => asked.endsWith(key));
      return { found: "nothing", wellFormed, beyondCompare: await countBeyondCompare(db, peppers) };
    }
    const key = await loadIdentified(ctx, db, row.id);
    if (row.found !== "replaced") return { found: row.found, key };
    return { found: "replaced", key, replacedAt: new Date(row.replacedMs ?? 0).toISOString() };
  });
}

/**
 * The key that it is. An administrator without a role in its environment is told that it is one of ours, and no more:
 * "nothing" would be an all-clear.
 * @throws AppError permission_denied
 */
async function loadIdentified(ctx: ServiceContext, db: Executor, id: Id<"key">): Promise<KeyView> {
  const asOwner: ServiceContext = { ...ctx, principal: { kind: "system", name: "start" } };
  const key = await loadKey(asOwner, db, id, null);
  authorize(ctx, "keys:read", key.environment);
  return key;
}

/** Secrets that were replaced before the pepper was changed: with its pepper gone, none can be told from a stranger's. */
async function countBeyondCompare(db: Executor, peppers: Peppers): Promise<number> {
  const checks = peppers.map((pepper) => pepperCheck(pepper)).join();
  const [row] = await db.execute<{ secrets: number }>(sql`
    select count(*)::int as secrets from api_key_replaced_secrets
    where pepper_check <> all (string_to_array(${checks}, ','))`);
  return row?.secrets ?? 0;
}

async function slowDown({ limiter, principal }: ServiceContext): Promise<void> {
  const who = principal.kind === "system" ? principal.name : principal.id;
  const decision = await limiter.consume(lookUpSubject(who), lookUpPolicies);
  if (decision.allowed) return;
  const retryAfter = Math.ceil(decision.retryAfterMs / 1_000);
  throw new AppError("rate_limited", `Too many keys were looked up. Try again in ${retryAfter} s.`, {
    retryAfter,
  });
}
